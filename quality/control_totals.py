"""Keys and money of one raw entity: what the change log holds against what is staged, held back or deleted."""

import duckdb

from quality.conditions import name, text
from quality.quarantine import staging_table
from quality.rulebook import EntityRules
from quality.scratch import files_sql
from quality.verdicts import ensure_verdicts
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


def insert_keys_and_sums(
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
