"""Commands of dbt within a run: tables first, then their tests, whose failures stop nothing."""

from collections.abc import Generator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation, DbtCliResource

from orchestration import dbt_grains, handover
from orchestration.dbt_files import staging_model
from orchestration.dbt_stream import stream
from orchestration.resources import CompanyRun

# 1: some nodes failed, which their results tell; anything else: dbt did not get through, and its results are old
DBT_GOT_THROUGH = (0, 1)
NO_UNIT_TESTS = ["--exclude-resource-type", "unit_test"]
Result = dict[str, Any]
Made = set[dg.AssetKey]


def left_out(run: CompanyRun) -> list[str]:
    """What descends from a table that gate 1 found broken keeps its last values."""
    broken = [] if run.is_replay else handover.take(run.settings, "broken_entities", [])
    return [f"{staging_model(entity)}+" for entity in broken]


def _results(invocation: DbtCliInvocation) -> list[Result]:
    """What became of every node of the invocation, from dbt's own record."""
    return [
        {name: result[name] for name in ("unique_id", "status", "failures", "message")}
        for result in invocation.get_artifact("run_results.json")["results"]
    ]


def built(results: list[Result]) -> list[str]:
    return [result["unique_id"] for result in results if result["status"] == "success"]


def broken(results: list[Result]) -> list[str]:
    """What could not be built at all, and why."""
    return [
        f"{result['unique_id'].split('.')[2]}: {' '.join((result['message'] or '').split())}"
        for result in results
        if result["status"] == "error"
    ]


def _last_words(invocation: DbtCliInvocation) -> str:
    """The last line of the last error that dbt told; '' where it told none."""
    told = [line.strip() for line in str(invocation.get_error() or "").splitlines() if line.strip()]
    return f"{told[-1][:500]}." if told else ""


def invoke(
    context: dg.AssetExecutionContext,
    run: CompanyRun,
    dbt: DbtCliResource,
    step: str,
    options: list[str],
    made: Made,
) -> Generator[Any, None, list[Result]]:
    """One command of dbt; yields Dagster's events and returns what became of every node."""
    invocation = dbt.cli(options, context=context, raise_on_error=False, target_path=run.settings.dbt_target)
    yield from stream(context, invocation, step, made)
    if invocation.process.returncode not in DBT_GOT_THROUGH:
        raise dg.Failure(
            f"dbt stopped with status {invocation.process.returncode} while it built {step}: {_last_words(invocation)} "
            "CMW_HOME/logs/last_run.log has the rest. What was published before stays"
        )
    return _results(invocation)


def build_then_test(
    context: dg.AssetExecutionContext,
    run: CompanyRun,
    dbt: DbtCliResource,
    step: str,
    arguments: list[str],
    made: Made,
    manifest: Mapping[str, Any],
) -> Generator[Any, None, list[Result]]:
    """Builds every table, then tests them: within one build dbt leaves out whatever follows a test that failed.

    A failing test is a finding for gate 2, which then has every table before it.
    """
    kept = left_out(run)
    tables = ["build", *NO_UNIT_TESTS, "--exclude-resource-type", "test", *arguments]
    results = yield from invoke(context, run, dbt, step, [*tables, *excluding(kept)], made)
    if step == "warehouse" and not broken(results):  # staging has tests of grains alone
        tests = ["test", *NO_UNIT_TESTS, *excluding([*kept, dbt_grains.LEFT_TO_US])]
        results += yield from invoke(context, run, dbt, step, tests, made)
    grains = dbt_grains.judge(run.settings, manifest, built(results))
    yield from dbt_grains.as_events(manifest, grains)
    return results + grains


def excluding(selectors: list[str]) -> list[str]:
    return ["--exclude", " ".join(selectors)] if selectors else []
