"""What dbt says while it builds, as Dagster's events."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation

from orchestration.progress import report


def stream(
    context: dg.AssetExecutionContext, invocation: DbtCliInvocation, step: str, made: set[dg.AssetKey]
) -> Iterator[Any]:
    """Results of tables and tests as they come; ``made`` receives the tables that were built.

    A test of several tables belongs to none of them, so that Dagster would note it beside each; it reaches gate 2.
    """
    said = invocation._stream_stdout
    invocation._stream_stdout = lambda: _until_stopped(said())
    for event in invocation.stream():
        if isinstance(event, dg.Output | dg.AssetMaterialization):
            report("model", {"step": step})
        if isinstance(event, dg.Output):
            made.add(context.asset_key_for_output(event.output_name))
        if not isinstance(event, dg.AssetObservation):
            yield event


def _until_stopped(lines: Iterator[Any]) -> Iterator[Any]:
    """The same lines. dagster-dbt's generator answers the end of a stopped run with an error that nobody can use."""
    try:
        yield from lines
    except RuntimeError as error:
        if "GeneratorExit" not in str(error):
            raise
