"""dbt's models as assets with their tests as checks, in two steps with identity between them."""

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from orchestration import handover, run_state
from orchestration.dbt_build import NO_UNIT_TESTS, Result, broken, build_then_test, built, excluding, invoke, left_out
from orchestration.dbt_files import Translator, staging_model
from orchestration.progress import report
from orchestration.resources import CompanyRun
from warehouse import alert_history, run_context
from warehouse.raw_manifest import read_manifest

STAGING, REST = "fqn:customer_metrics.staging", "fqn:*"


def _kept(context: dg.AssetExecutionContext, made: set[dg.AssetKey]) -> Iterator[dg.MaterializeResult]:
    """A result of every table that dbt left out, parents first, as Dagster wants them.

    Without one Dagster would skip all that follows, and call a run that published nothing a success.
    """
    left, parents = context.selected_asset_keys - made, context.assets_def.asset_deps
    for key in TopologicalSorter({key: parents[key] & left for key in left}).static_order():
        yield dg.MaterializeResult(asset_key=key, metadata={"kept": "the last values; what it is made of is broken"})


def _leave(run: CompanyRun, step: str, results: list[Result], is_whole: bool) -> None:
    """Hands over what was tested and built; what somebody did not launch in Dagster stays as it was known."""
    tests = [result for result in results if result["unique_id"].startswith("test.")]
    names = built(results)
    if not is_whole:
        judged = {result["unique_id"] for result in tests}
        known = handover.take(run.settings, f"dbt_tests_{step}", [])
        tests = [result for result in known if result["unique_id"] not in judged] + tests
        names += handover.take(run.settings, f"built_{step}", [])
    handover.leave(run.settings, f"dbt_tests_{step}", tests)
    handover.leave(run.settings, f"built_{step}", sorted(set(names)))


def _remember_left_out(run: CompanyRun, manifest: Mapping[str, Any]) -> None:
    """Names the published tables that this run did not rebuild, so that they can say from when they are."""
    built = {name for step in ("staging", "warehouse") for name in handover.take(run.settings, f"built_{step}", [])}
    models = {
        f"{node['schema']}.{node['name']}"
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and unique_id not in built
    }
    handover.leave(run.settings, "not_rebuilt", sorted(models))


def _fail_on_broken_sql(results: list[Result]) -> None:
    """A failing test is a finding; a model that cannot be built at all fails the run."""
    found = broken(results)
    if found:
        raise dg.Failure(f"dbt could not build {len(found)} model(s). First: {found[0][:500]}")


def _run_dbt(
    context: dg.AssetExecutionContext,
    run: CompanyRun,
    dbt: DbtCliResource,
    step: str,
    arguments: list[str],
    manifest: Mapping[str, Any],
):
    made: set[dg.AssetKey] = set()
    if context.is_subset:
        options = ["build", *NO_UNIT_TESTS, *arguments, *excluding(left_out(run))]
        results = yield from invoke(context, run, dbt, step, options, made)
    else:
        results = yield from build_then_test(context, run, dbt, step, arguments, made, manifest)
    _leave(run, step, results, not context.is_subset)
    _fail_on_broken_sql(results)
    yield from _kept(context, made)


def _rebuild_staging(run: CompanyRun, dbt: DbtCliResource, models: list[str]) -> None:
    """Builds staging tables from the whole change log, where a rule has changed what is held back."""
    arguments = ["run", "--full-refresh", "--select", " ".join(models)]
    dbt.cli(arguments, target_path=run.settings.dbt_target).wait()


def build_dbt_assets(manifest: Mapping[str, Any]) -> list[dg.AssetsDefinition]:
    translator = Translator()

    @dbt_assets(manifest=manifest, select=STAGING, dagster_dbt_translator=translator, name="dbt_staging")
    def dbt_staging(context: dg.AssetExecutionContext, run: CompanyRun, dbt: DbtCliResource):
        run.take_turn()
        run.take_lock()
        position = run_state.log_position(read_manifest(run.settings))
        run_state.begin(run.settings, run_state.fingerprint(run.settings, run.today, position))
        run_context.write(run.settings, run.company, run.run_id)
        alert_history.write(run.settings)
        report("step", {"name": "staging"})
        rejudged = handover.take(run.settings, "rejudged_entities", [])
        if rejudged and not run.full:
            _rebuild_staging(run, dbt, [staging_model(entity) for entity in rejudged])
        options = ["--full-refresh"] if run.full else []
        # tests that also look at marts run with the marts
        yield from _run_dbt(context, run, dbt, "staging", [*options, "--indirect-selection", "cautious"], manifest)
        handover.clear(run.settings, "rejudged_entities")

    @dbt_assets(
        manifest=manifest, select=REST, exclude=STAGING, dagster_dbt_translator=translator, name="dbt_warehouse"
    )
    def dbt_warehouse(context: dg.AssetExecutionContext, run: CompanyRun, dbt: DbtCliResource):
        run.take_lock()
        report("step", {"name": "warehouse"})
        yield from _run_dbt(context, run, dbt, "warehouse", [], manifest)
        _remember_left_out(run, manifest)

    return [dbt_staging, dbt_warehouse]
