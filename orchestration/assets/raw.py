"""The raw change log: one asset per entity of the contract, all read in one step."""

import dagster as dg

from ingestion.change_log import ensure_empty_files
from ingestion.entities import load_contract
from ingestion.extract import extract
from orchestration import handover
from orchestration.keys import raw_key
from orchestration.progress import report
from orchestration.resources import CompanyRun
from quality.rulebook import load_raw_rules
from warehouse.raw_manifest import LoadRecord

GROUPS = {"crm": "raw_crm", "erp": "raw_erp", "service": "raw_service_desk"}


def raw_specs() -> list[dg.AssetSpec]:
    rules = load_raw_rules()
    return [
        dg.AssetSpec(
            raw_key(entity.entity),
            group_name=GROUPS[entity.kind],
            description=f"{entity.title.en} · {entity.title.zh}: every version of every row ever seen.",
            kinds={"parquet"},
            owners=[f"team:{rules[entity.entity].owner}"],
        )
        for entity in load_contract().values()
    ]


def _sums(load: LoadRecord) -> str:
    """Money in the source and as it arrived, of one load."""
    told = [
        f"{name} {total.source} in the source, {total.read} read{'' if total.agrees else ' (DIFFERENT)'}"
        for name, total in load.control_sums.items()
    ]
    return f"{load.source_system}: {', '.join(told)}"


def _metadata(loads: list[LoadRecord]) -> dict[str, object]:
    """What this run did to one entity's log, over its source systems. A failed load leaves the log as it was."""
    failed = [load for load in loads if load.status == "failed"]
    good = [load for load in loads if load.status != "failed"]
    return {
        "dagster/row_count": sum(load.new_versions + load.deletes for load in good),
        "rows_read": sum(load.rows_read for load in good),
        "rows_in_source": sum(load.source_rows for load in good if load.source_rows is not None),
        "control_sums": "; ".join(_sums(load) for load in good if load.control_sums) or "none",
        "unchanged": sum(load.unchanged for load in good),
        "deletes": sum(load.deletes for load in good),
        "rejected_rows": sum(load.rejected_rows for load in good),
        "bytes": sum(load.bytes for load in good),
        "seconds": round(sum((load.finished_at - load.started_at).total_seconds() for load in loads), 2),
        "sources": ", ".join(sorted(load.source_system for load in loads)) or "no source brings it",
        "cursor": "; ".join(f"{load.cursor_before} → {load.cursor_after}" for load in good if load.cursor_after),
        "findings": "; ".join(finding for load in good for finding in load.findings) or "none",
        "not_read": "; ".join(f"{load.source_system}: {load.error}" for load in failed) or "none",
    }


@dg.multi_asset(specs=raw_specs(), name="extract", description="Read all sources into the change log, in parallel.")
def raw_entities(context: dg.AssetExecutionContext, run: CompanyRun):
    run.take_turn()
    ensure_empty_files(run.settings)
    result = extract(run.settings, run.company, run_id=run.run_id, only=run.only or None, full=run.full, report=report)
    handover.leave(run.settings, "failed_loads", [load.model_dump(mode="json") for load in result.failed])
    report(
        "read",
        {
            "rows": sum(load.rows_read for load in result.loads),
            "new": sum(load.new_versions for load in result.loads),
            "deletes": sum(load.deletes for load in result.loads),
        },
    )
    for failed in result.failed:
        context.log.error(f"{failed.source_system} {failed.entity}: {failed.error}")
    for entity in load_contract():
        loads = [load for load in result.loads if load.entity == entity]
        yield dg.MaterializeResult(asset_key=raw_key(entity), metadata=_metadata(loads))
