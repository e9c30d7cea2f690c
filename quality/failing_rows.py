"""quality.failing_rows: every row that breaks a rule of gate 1 now, held back or not, by its key, without its values.

quality.check_results shows the first keys of each rule; here are all of them.
"""

import duckdb

from quality.broken_rows import broken_rows
from quality.conditions import text
from quality.insert import create_table
from quality.rulebook import EntityRules
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
    create_table(connection, TABLE, COLUMNS)
    for broken in broken_rows(connection, settings, rulebook, manifest):
        connection.execute(
            f"""
            insert into {TABLE}
            select v.entity, v.source_system, v.key, v.rule, v.severity, v.rule_version, v.judged_at, {text(run_id)}
            from ({broken.verdicts}) as v
            join ({broken.newest}) as n
                on n.source_system = v.source_system and n._key = v.key and n._row_hash = v.row_hash
            order by v.rule, v.source_system, v.key
            """
        )
