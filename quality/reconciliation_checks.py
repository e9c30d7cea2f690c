"""The identities of the reconciliation as critical checks."""

from datetime import datetime

import duckdb

from quality.control_totals import TABLE
from quality.judged import read_judged
from quality.quarantine import staging_table
from quality.rulebook import EntityRules
from warehouse.check_result import FAILED_KEYS_SHOWN, CheckResult
from warehouse.settings import Settings

REASONS = {
    "rows": ("Rows read are new versions, unchanged or rejected", "读取行数等于新版本加未变加拒收"),
    "source": ("What arrived is what the source counts and sums", "到达的行数与金额等于源系统自己的统计"),
    "keys": (
        "Every key is staged, staged stale, held back or deleted",
        "每个主键必为已入库、旧版本、被拦截或已删除之一",
    ),
    "sum": ("Money in the change log is staged or held back", "变更日志中的金额必为已入库或被拦截"),
}


def reconciliation_checks(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    rulebook: dict[str, EntityRules],
    judged_at: datetime,
) -> list[CheckResult]:
    """The identities as checks, one per entity, source and scope.

    A broken table is not staged on purpose, which gate 1 has already reported: it is no failure here.
    """
    judged = read_judged(settings)
    broken = judged.broken if judged else set()
    found = connection.execute(
        f"""
        select scope, entity, source_system, count(*), count(*) filter (difference_value <> 0),
            coalesce((list(measure order by measure) filter (difference_value <> 0))[:{FAILED_KEYS_SHOWN}], []),
            string_agg(measure || ' ' || difference_value, ', ' order by measure) filter (difference_value <> 0)
        from {TABLE} where scope in ('source', 'rows', 'keys', 'sum')
        group by scope, entity, source_system order by scope, entity, source_system
        """
    ).fetchall()
    return [
        CheckResult(
            check_name=f"{scope}_reconcile",
            gate="invariant",
            table_name=staging_table(entity),
            source_system=source,
            dimension="accuracy",
            severity="critical",
            owner=rulebook[entity].owner,
            passed=failed == 0,
            checked_count=compared,
            failed_count=failed,
            failed_keys=measures,
            reason=REASONS[scope][0],
            reason_zh=REASONS[scope][1],
            observed=f"unexplained: {differences}" if failed else f"{compared} measures agree",
            judged_at=judged_at,
        )
        for scope, entity, source, compared, failed, measures, differences in found
        if entity not in broken or scope in ("source", "rows")
    ]
