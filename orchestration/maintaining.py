"""The job that keeps the change log small; `cmw maintain` does the same by hand."""

import dagster as dg

from ingestion.maintain import maintain
from orchestration.resources import CompanyRun


@dg.op(out=dg.Out(dg.Nothing))
def maintain_change_log(context: dg.OpExecutionContext, run: CompanyRun) -> None:
    """Merges small files and drops versions past their time; no answer changes."""
    done = maintain(run.settings, run.company)
    for one in done:
        context.log.info(
            f"{one.source_system}/{one.entity}: {one.files_before} files became {one.files_after}, "
            f"{one.rows_dropped} versions past their time were dropped"
        )
    freed = sum(one.bytes_before - one.bytes_after for one in done)
    context.add_output_metadata({"entities": len(done), "bytes_freed": freed})


@dg.job(
    name="maintain",
    description="Merge the change log's small files and drop versions past their time.",
    executor_def=dg.in_process_executor,
    tags={"cmw/job": "maintain"},
)
def maintain_job() -> None:
    maintain_change_log()
