"""dbt's models as assets with their tests as checks, in two steps with identity between them."""

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation, DbtCliResource, dbt_assets

from orchestration import dbt_grains, handover, run_state
from orchestration.dbt_files import Translator, staging_model
from orchestration.dbt_stream import stream
from orchestration.progress import report
from orchestration.resources import CompanyRun
from warehouse import alert_history, run_context

# 1: some nodes failed, which their results tell; anything else: dbt did not get through, and its results are old
DBT_GOT_THROUGH = (0, 1)
Result = dict[str, Any]
STAGING, REST = "fqn:customer_metrics.staging", "fqn:*"


def _left_out(run: CompanyRun) -> list[str]:
    """What descends from a table that gate 1 found broken keeps its last values."""
    broken = [] if run.is_replay else handover.take(run.settings, "broken_entities", [])
    return [f"{staging_model(entity)}+" for entity in broken]


def _kept(context: dg.AssetExecutionContext, made: set[dg.AssetKey]) -> Iterator[dg.MaterializeResult]:
    """A result of every table that dbt left out, parents first, as Dagster wants them.

    Without one Dagster would skip all that follows, and call a run that published nothing a success.
    """
    left, parents = context.selected_asset_keys - made, context.assets_def.asset_deps
    for key in TopologicalSorter({key: parents[key] & left for key in left}).static_order():
        yield dg.MaterializeResult(asset_key=key, metadata={"kept": "the last values; what it is made of is broken"})


def _results(invocation: DbtCliInvocation) -> list[Result]:
    """What became of every node of the invocation, from dbt's own record."""
    return [
        {name: result[name] for name in ("unique_id", "status", "failures", "message")}
        for result in invocation.get_artifact("run_results.json")["results"]
    ]


def _built(results: list[Result]) -> list[str]:
    return [result["unique_id"] for result in results if result["status"] == "success"]


def _leave(run: CompanyRun, step: str, results: list[Result], is_whole: bool) -> None:
    """Hands over what was tested and built; what somebody did not launch in Dagster stays as it was known."""
    tests = [result for result in results if result["unique_id"].startswith("test.")]
    built = _built(results)
    if not is_whole:
        judged = {result["unique_id"] for result in tests}
        known = handover.take(run.settings, f"dbt_tests_{step}", [])
        tests = [result for result in known if result["unique_id"] not in judged] + tests
        built += handover.take(run.settings, f"built_{step}", [])
    handover.leave(run.settings, f"dbt_tests_{step}", tests)
    handover.leave(run.settings, f"built_{step}", sorted(set(built)))


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
    broken = [
        f"{result['unique_id'].split('.')[2]}: {' '.join((result['message'] or '').split())}"
        for result in results
        if result["status"] == "error"
    ]
    if broken:
        raise dg.Failure(f"dbt could not build {len(broken)} model(s). First: {broken[0][:500]}")


def _last_words(invocation: DbtCliInvocation) -> str:
    """The last line of the last error that dbt told; '' where it told none."""
    told = [line.strip() for line in str(invocation.get_error() or "").splitlines() if line.strip()]
    return f"{told[-1][:500]}." if told else ""


def _run_dbt(context: dg.AssetExecutionContext, run: CompanyRun, dbt: DbtCliResource, step: str, arguments: list[str]):
    is_whole = not context.is_subset
    left_out = [*_left_out(run), *([dbt_grains.LEFT_TO_US] if is_whole else [])]
    options = ["build", "--exclude-resource-type", "unit_test", *arguments]
    options += ["--exclude", " ".join(left_out)] if left_out else []
    invocation = dbt.cli(options, context=context, raise_on_error=False, target_path=run.settings.dbt_target)
    made: set[dg.AssetKey] = set()
    yield from stream(context, invocation, step, made)
    if invocation.process.returncode not in DBT_GOT_THROUGH:
        raise dg.Failure(
            f"dbt stopped with status {invocation.process.returncode} while it built {step}: {_last_words(invocation)} "
            "CMW_HOME/logs/last_run.log has the rest. What was published before stays"
        )
    results = _results(invocation)
    if is_whole:
        grains = dbt_grains.judge(run.settings, invocation.manifest, _built(results))
        yield from dbt_grains.as_events(invocation.manifest, grains)
        results += grains
    _leave(run, step, results, is_whole)
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
        run.take_lock()
        run_state.begin(run.settings)
        run_context.write(run.settings, run.company, run.run_id)
        alert_history.write(run.settings)
        report("step", {"name": "staging"})
        rejudged = handover.take(run.settings, "rejudged_entities", [])
        if rejudged and not run.full:
            _rebuild_staging(run, dbt, [staging_model(entity) for entity in rejudged])
        options = ["--full-refresh"] if run.full else []
        # tests that also look at marts run with the marts
        yield from _run_dbt(context, run, dbt, "staging", [*options, "--indirect-selection", "cautious"])
        handover.clear(run.settings, "rejudged_entities")

    @dbt_assets(
        manifest=manifest, select=REST, exclude=STAGING, dagster_dbt_translator=translator, name="dbt_warehouse"
    )
    def dbt_warehouse(context: dg.AssetExecutionContext, run: CompanyRun, dbt: DbtCliResource):
        run.take_lock()
        report("step", {"name": "warehouse"})
        yield from _run_dbt(context, run, dbt, "warehouse", [])
        _remember_left_out(run, manifest)

    return [dbt_staging, dbt_warehouse]
