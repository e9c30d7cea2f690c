"""quality.reconciliation: nothing is lost between source, change log and staging, and the ledger ties.

scope 'rows': rows read = new versions + unchanged + rejected lines, and every new version is in the log.
scope 'keys': keys = staged + staged stale + held without a valid version + deleted.
scope 'sum':  money of the newest versions = money staged + money held back.
scope 'ledger': the ledger per month and account class, as core_internal.int_ledger_tie has it.
"""

from datetime import datetime

import duckdb

from quality.conditions import name, text
from quality.judged import read_judged
from quality.quarantine import has_table, staging_table
from quality.rulebook import EntityRules
from quality.scratch import files_sql
from quality.verdicts import ensure_verdicts
from warehouse.check_result import FAILED_KEYS_SHOWN, CheckResult
from warehouse.raw_manifest import RawManifest
from warehouse.settings import Settings

TABLE = "quality.reconciliation"
NUMBER = "decimal(38,4)"
COLUMNS = {
    "scope": "varchar",
    "source_system": "varchar",
    "entity": "varchar",
    "month_start": "date",
    "account_class": "varchar",
    "measure": "varchar",
    "currency": "varchar",
    "expected_value": NUMBER,
    "found_value": NUMBER,
    "stale_value": NUMBER,
    "held_value": NUMBER,
    "deleted_value": NUMBER,
    "difference_value": NUMBER,
    "ledger_amount": "decimal(18,2)",
    "marts_amount": "decimal(18,2)",
    "held_back_amount": "decimal(18,2)",
    "difference_amount": "decimal(18,2)",
    "run_id": "varchar",
}
PARTS = "expected_value, found_value, stale_value, held_value, deleted_value, difference_value"
LEDGER_TIE = "core_internal.int_ledger_tie"
REASONS = {
    "rows": ("Rows read are new versions, unchanged or rejected", "读取行数等于新版本加未变加拒收"),
    "keys": (
        "Every key is staged, staged stale, held back or deleted",
        "每个主键必为已入库、旧版本、被拦截或已删除之一",
    ),
    "sum": ("Money in the change log is staged or held back", "变更日志中的金额必为已入库或被拦截"),
}


def write_reconciliation(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    run_id: str,
    rulebook: dict[str, EntityRules],
    manifest: RawManifest,
) -> None:
    """Writes the table anew. An entity whose staging table was never built is left out of keys and sums."""
    connection.execute("create schema if not exists quality")
    columns = ", ".join(f"{column} {kind}" for column, kind in COLUMNS.items())
    connection.execute(f"create or replace table {TABLE} ({columns})")
    for entity, rules in sorted(rulebook.items()):
        log = manifest.files_of(entity)
        _insert_rows(connection, settings, run_id, entity, manifest)
        if log and has_table(connection, staging_table(entity)):
            _insert_keys_and_sums(connection, settings, run_id, rules, manifest)
    if has_table(connection, LEDGER_TIE):
        _insert_ledger(connection, run_id)


def _insert_rows(
    connection: duckdb.DuckDBPyConnection, settings: Settings, run_id: str, entity: str, manifest: RawManifest
) -> None:
    for source in sorted({record.source_system for record in manifest.loads if record.entity == entity}):
        loads = [r for r in manifest.loads if (r.entity, r.source_system) == (entity, source)]
        read = sum(record.rows_read for record in loads)
        told = sum(record.new_versions + record.unchanged + record.rejected_lines for record in loads)
        files = manifest.files_of(entity, source)
        listed = sum(file.rows for file in files)
        query = f"select count(*) from {files_sql(settings, files)}" if files else "select 0"
        logged = connection.execute(query).fetchone()[0]
        connection.execute(
            f"""
            insert into {TABLE} (scope, source_system, entity, measure, {PARTS}, run_id)
            values
                ('rows', $source, $entity, 'rows read', $read, $told, 0, 0, 0, $read - $told, $run_id),
                ('rows', $source, $entity, 'rows logged', $listed, $logged, 0, 0, 0, $listed - $logged, $run_id)
            """,
            {
                "source": source,
                "entity": entity,
                "read": read,
                "told": told,
                "listed": listed,
                "logged": logged,
                "run_id": run_id,
            },
        )


def _insert_keys_and_sums(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    run_id: str,
    rules: EntityRules,
    manifest: RawManifest,
) -> None:
    entity = rules.name
    control = [name(column) for column in rules.file.control_sums]
    carried = "".join(f", {column}" for column in control)
    pairs = "".join(f", n.{column} as logged_{at}, s.{column} as staged_{at}" for at, column in enumerate(control))
    sums = "".join(_sum_sql(at, column) for at, column in enumerate(control))
    connection.execute(
        f"""
        insert into {TABLE} by name
        with ranked as (
            select source_system, _key, _row_hash, _change{carried},
                row_number() over (
                    partition by source_system, _key order by _version_at desc, _load_seq desc, _row_hash
                ) as newest_first
            from {files_sql(settings, manifest.files_of(entity))}
        ),
        held as (
            select distinct source_system, key, row_hash from read_parquet({text(str(ensure_verdicts(settings)))})
            where entity = {text(entity)} and severity = 'critical'
        ),
        joined as (
            select
                coalesce(n.source_system, s.source_system) as source_system,
                n._key is not null as is_logged,
                coalesce(not s.is_stale, false) as is_staged,
                coalesce(s.is_stale, false) as is_stale,
                coalesce(n._change = 'delete', false) as is_deleted,
                coalesce(h.key is not null and n._change = 'upsert', false) as is_held
                {pairs}
            from (select * from ranked where newest_first = 1) as n
            full join {staging_table(entity)} as s on s.source_system = n.source_system and s._key = n._key
            left join held as h on h.source_system = n.source_system and h.key = n._key and h.row_hash = n._row_hash
        ),
        counted as (
            select
                'keys' as scope, source_system, 'keys' as measure,
                count(*) filter (is_logged) as expected_value,
                count(*) filter (is_staged) as found_value,
                count(*) filter (is_stale) as stale_value,
                count(*) filter (is_held and not is_staged and not is_stale) as held_value,
                count(*) filter (is_deleted) as deleted_value
            from joined group by source_system
            {sums}
        )
        select
            scope, source_system, {text(entity)} as entity, measure, {PARTS.removesuffix(", difference_value")},
            -- an older version that stands in brings another amount than the one expected, and is no part of the sum
            expected_value - found_value - held_value - deleted_value
                - case when scope = 'keys' then stale_value else 0 end as difference_value,
            {text(run_id)} as run_id
        from counted
        """
    )


def _sum_sql(at: int, column: str) -> str:
    return f"""
        union all
        select
            'sum', source_system, 'sum of ' || {text(column.strip('"'))},
            coalesce(sum(logged_{at}) filter (not is_deleted), 0), coalesce(sum(staged_{at}) filter (is_staged), 0),
            coalesce(sum(staged_{at}) filter (is_stale), 0), coalesce(sum(logged_{at}) filter (is_held), 0), 0
        from joined group by source_system
    """


def _insert_ledger(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    connection.execute(
        f"""
        insert into {TABLE} by name
        select
            'ledger' as scope, month_start, account_class, measure, currency,
            ledger_amount as expected_value, marts_amount as found_value, held_back_amount as held_value,
            difference_amount as difference_value,
            ledger_amount, marts_amount, held_back_amount, difference_amount, {text(run_id)} as run_id
        from {LEDGER_TIE}
        """
    )


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
        from {TABLE} where scope in ('rows', 'keys', 'sum')
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
        if entity not in broken or scope == "rows"
    ]
