"""quality.failing_rows: every row that breaks a rule of gate 1 now, held back or not, by its key, without its values.

quality.check_results shows the first keys of each rule; here are all of them.
"""

import duckdb

from quality.conditions import text
from quality.rulebook import EntityRules
from quality.scratch import files_sql, newest_sql
from quality.verdicts import ensure_verdicts
from warehouse.raw_manifest import RawManifest
from warehouse.settings import Settings

TABLE = "quality.failing_rows"
COLUMNS = {
    "entity": "varchar",
    "source_system": "varchar",
    "key": "varchar",
    "rule": "varchar",
    "severity": "varchar",
    "rule_version": "bigint",
    "judged_at": "timestamp",
    "run_id": "varchar",
}


def write_failing_rows(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    run_id: str,
    rulebook: dict[str, EntityRules],
    manifest: RawManifest,
) -> None:
    """Writes the table anew: of the verdicts those on the newest version of a key that still lives."""
    columns = ", ".join(f"{column} {kind}" for column, kind in COLUMNS.items())
    connection.execute(f"create or replace table {TABLE} ({columns})")
    verdicts = f"read_parquet({text(str(ensure_verdicts(settings)))})"
    for (entity,) in connection.execute(f"select distinct entity from {verdicts} order by entity").fetchall():
        if entity not in rulebook or not manifest.files_of(entity):
            continue
        mine = f"select * from {verdicts} where entity = {text(entity)}"
        newest = newest_sql(
            files_sql(settings, manifest.files_of(entity)),
            f"(source_system, _key) in (select (source_system, key) from ({mine}))",
        )
        connection.execute(
            f"""
            insert into {TABLE}
            select v.entity, v.source_system, v.key, v.rule, v.severity, v.rule_version, v.judged_at, {text(run_id)}
            from ({mine}) as v
            join ({newest}) as n
                on n.source_system = v.source_system and n._key = v.key and n._row_hash = v.row_hash
            order by v.rule, v.source_system, v.key
            """
        )
