"""What came into the change log after a moment, by the month that it speaks of: the evidence for restatements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from ingestion.as_known import PARENTS
from ingestion.entities import Entity, load_contract
from warehouse.raw_manifest import RawManifest, read_manifest
from warehouse.settings import Settings

# How a row of an entity is known to belong to a credit note; {notes} lists (source system, invoice) of all of them.
_CREDIT = {
    "erp_invoices": "document_type = 'credit_note'",
    "erp_invoice_lines": "(source_system, invoice_id) in ({notes})",
    "erp_payment_allocations": "credit_note_id is not null",
    "erp_gl_entries": "(source_system, document_id) in ({notes})",
}


@dataclass(frozen=True)
class LateChange:
    """Rows of one entity and month that were new, changed or deleted after ``since``.

    Attributes:
        kind: 'credit_note' for credit notes with their lines, applications and ledger entries; else 'late_row'.
        event_month: first day of the month the rows speak of; None for rows without a date.
        rows: keys, each counted once a month that it spoke of: a document that is dated anew left one for another.
    """

    since: datetime
    entity: str
    kind: str
    event_month: date | None
    rows: int


def late_changes(settings: Settings, moments: Iterable[datetime]) -> list[LateChange]:
    """Changes after each of the moments (UTC, without zone), ordered by moment, entity, kind and month."""
    log = read_manifest(settings)
    found: list[LateChange] = []
    with duckdb.connect() as connection:
        for since in sorted(set(moments)):
            changed = {file.entity for file in log.files_of_all() if file.loaded_at > since}
            for entity in sorted(changed):
                sql = _sql(settings, log, load_contract()[entity])
                rows = connection.execute(sql, {"since": since}).fetchall()
                found += [LateChange(since, entity, *row) for row in rows]
    return found


def _sql(settings: Settings, log: RawManifest, entity: Entity) -> str:
    """Keys with a version after $since, by each month that any version of theirs speaks of; a deletion has none."""
    event_date = f"versions.{entity.event_date}" if entity.event_date else "null"
    joined = ""
    if entity.entity in PARENTS:
        parent, column = PARENTS[entity.entity]
        day = load_contract()[parent].event_date
        event_date = "parents.day"
        joined = f"""
            left join (
                select source_system, {column}, max({day}) as day from {_files(settings, log, parent)} group by all
            ) as parents
                on parents.source_system = versions.source_system and parents.{column} = versions.{column}"""
    notes = (
        f"select source_system, invoice_id from {_files(settings, log, 'erp_invoices')} where {_CREDIT['erp_invoices']}"
    )
    is_credit = _CREDIT.get(entity.entity, "false").format(notes=notes)
    return f"""
        with versions as (select * from {_files(settings, log, entity.entity)}),
        keys as (
            select
                versions.source_system,
                versions._key,
                list(distinct date_trunc('month', cast({event_date} as date))::date)
                    filter (where {event_date} is not null) as event_months,
                bool_or(versions.is_credit) as is_credit
            from (select *, coalesce({is_credit}, false) as is_credit from versions) as versions {joined}
            group by versions.source_system, versions._key
            having max(versions._loaded_at) > $since
        ),
        dated as (select *, unnest(coalesce(event_months, [null::date])) as event_month from keys)
        select if(is_credit, 'credit_note', 'late_row') as kind, event_month, count(*) from dated
        group by all order by kind, event_month nulls first"""


def _files(settings: Settings, log: RawManifest, entity: str) -> str:
    """``read_parquet`` over the whole log of an entity, with its empty file, so that it is never without columns."""
    paths = [settings.raw / file.path for file in log.files if file.entity == entity]
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false, union_by_name = true)"
