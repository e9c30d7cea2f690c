"""quality.reconciliation: nothing is lost between source, change log and staging, and the ledger ties.

scope 'rows': rows read = new versions + unchanged + rejected lines, each counted by itself; every row of the
               manifest is in the log; the newest load's new versions and deletions are what the log holds of it.
scope 'source': rows and money of a source's newest load, as the source counts them = as they arrived.
scope 'keys': keys = staged + staged stale + held without a valid version + deleted.
scope 'sum':  money of the newest versions = money staged + money held back.
scope 'ledger': the ledger per month and account class, as core_internal.int_ledger_tie has it.
"""

from decimal import Decimal

import duckdb

from quality.conditions import text
from quality.control_totals import COLUMNS, PARTS, TABLE, insert_keys_and_sums
from quality.insert import create_table
from quality.quarantine import has_table, staging_table
from quality.rulebook import EntityRules
from quality.scratch import files_sql
from warehouse.raw_manifest import LoadRecord, RawFile, RawManifest
from warehouse.settings import Settings

LEDGER_TIE = "core_internal.int_ledger_tie"


def write_reconciliation(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    run_id: str,
    rulebook: dict[str, EntityRules],
    manifest: RawManifest,
) -> None:
    """Writes the table anew. An entity whose staging table was never built is left out of keys and sums."""
    connection.execute("create schema if not exists quality")
    create_table(connection, TABLE, COLUMNS)
    for entity, rules in sorted(rulebook.items()):
        log = manifest.files_of(entity)
        _insert_rows(connection, settings, run_id, entity, manifest)
        if log and has_table(connection, staging_table(entity)):
            insert_keys_and_sums(connection, settings, run_id, rules, manifest)
    if has_table(connection, LEDGER_TIE):
        _insert_ledger(connection, run_id)


def _insert_rows(
    connection: duckdb.DuckDBPyConnection, settings: Settings, run_id: str, entity: str, manifest: RawManifest
) -> None:
    for source in sorted({record.source_system for record in manifest.loads if record.entity == entity}):
        loads = [r for r in manifest.loads if (r.entity, r.source_system) == (entity, source)]
        _insert_source(connection, run_id, entity, source, loads)
        read = sum(record.rows_read for record in loads)
        told = sum(record.new_versions + record.unchanged + record.rejected_lines for record in loads)
        files = manifest.files_of(entity, source)
        listed = sum(file.rows for file in files)
        query = f"select count(*) from {files_sql(settings, files)}" if files else "select 0"
        logged = connection.execute(query).fetchone()[0]
        _insert_newest(connection, settings, run_id, entity, source, loads, files)
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


def _insert_newest(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    run_id: str,
    entity: str,
    source: str,
    loads: list[LoadRecord],
    files: list[RawFile],
) -> None:
    """What the newest load with rows says it wrote, beside what the log holds of it. Retention never drops those."""
    grown = [record for record in loads if record.status == "loaded"]
    if not grown or not files:
        return
    newest = max(grown, key=lambda record: record.load_seq)
    holding = [file for file in files if newest.load_seq in file.load_seqs]
    if not holding:
        return
    versions, deletes = connection.execute(
        f"""select count(*) filter (_origin is distinct from 'key comparison'), count(*) filter (_change = 'delete')
        from {files_sql(settings, holding)} where _load_seq = ?""",
        [newest.load_seq],
    ).fetchone()
    measures = (("new versions", newest.new_versions, versions), ("deletions", newest.deletes, deletes))
    for measure, said, found in measures:
        connection.execute(
            f"""
            insert into {TABLE} (scope, source_system, entity, measure, {PARTS}, run_id)
            values ('rows', $source, $entity, $measure, $said, $found, 0, 0, 0, $said - $found, $run_id)
            """,
            {
                "source": source,
                "entity": entity,
                "measure": f"{measure} of the newest load",
                "said": said,
                "found": found,
                "run_id": run_id,
            },
        )


def _insert_source(
    connection: duckdb.DuckDBPyConnection, run_id: str, entity: str, source: str, loads: list[LoadRecord]
) -> None:
    """Of the newest load that the source itself was asked about. A sum with rejected values cannot agree."""
    asked = [record for record in loads if record.source_rows is not None]
    if not asked:
        return
    newest = max(asked, key=lambda record: record.load_seq)
    totals = {name: total for name, total in newest.control_sums.items() if not total.rejected_values}
    measures = [("rows in the source", newest.source_rows, newest.rows_read - newest.rejected_lines)]
    measures += [(f"sum of {name} in the source", total.source, total.read) for name, total in totals.items()]
    for measure, expected, found in measures:
        connection.execute(
            f"""
            insert into {TABLE} (scope, source_system, entity, measure, {PARTS}, run_id)
            values ('source', $source, $entity, $measure, $expected, $found, 0, 0, 0, $expected - $found, $run_id)
            """,
            {
                "source": source,
                "entity": entity,
                "measure": measure,
                "expected": Decimal(expected),
                "found": Decimal(found),
                "run_id": run_id,
            },
        )


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
