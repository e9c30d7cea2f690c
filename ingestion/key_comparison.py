"""The keys that a source has now against those that live in the log: what was deleted, and what no cursor showed."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from ingestion.column_plan import ColumnPlan, found_column
from ingestion.decide import ROWS_AT_ONCE, newest_versions_sql
from ingestion.mapper import Mapper
from ingestion.mapping_sql import NO_KEY
from ingestion.raw_text import quoted
from ingestion.sources import EntityMapping

SHOWN = 5


def collect_keys(
    connection: duckdb.DuckDBPyConnection,
    reader,
    mapping: EntityMapping,
    plan: ColumnPlan,
    new_mapper: Callable[[ColumnPlan], Mapper],
) -> str:
    """Reads the keys of the whole source, with the marks of deletion, into `source_keys`, and returns its name."""
    contract = {name: plan.contract[name] for name in mapping.entity.key if name in plan.contract}
    rule = mapping.spec.soft_delete
    mark = [found_column(plan, rule.column)] if rule else []
    key_plan = ColumnPlan(
        wanted=list(dict.fromkeys([*contract.values(), *mark])), contract=contract, scales=plan.scales
    )
    mapper = new_mapper(key_plan)
    connection.execute("create temp table source_keys (_key varchar, is_deleted boolean)")
    for _, batches in reader.parts(mapping, key_plan.wanted, set(), None):
        for raw in batches:
            connection.register("key_batch", mapper.map(raw))
            connection.execute("insert into source_keys select _key, _change = 'delete' from key_batch")
            connection.unregister("key_batch")
    return "source_keys"


def missed_rows(connection: duckdb.DuckDBPyConnection, log: list[Path]) -> tuple[int, list[str]]:
    """Keys of `source_keys` that live in the source and not in the log, or the other way round, although `incoming`
    does not bring them: how many, and some of them.

    Such a row was written with a cursor value that was read past before: committed later than the overlap, or dated
    back. A row without key goes by its content, which keys do not show. Of a key with rows of both kinds nothing is
    known.
    """
    count = connection.execute("select count(*) from source_keys").fetchone()[0]
    parts = count // ROWS_AT_ONCE + 1
    missed, sample = 0, []
    for part in range(parts):
        narrowed = f"hash(_key) % {parts} = {part}"
        found, some = connection.execute(
            f"""
            with source as (
              select _key, bool_and(is_deleted) as is_deleted from source_keys
              where {narrowed} and not starts_with(_key, {quoted(NO_KEY)})
              group by _key having bool_and(is_deleted) = bool_or(is_deleted)
            ),
            newest as ({newest_versions_sql(log, narrowed)})
            select count(*), list(s._key order by s._key)[1:{SHOWN}]
            from source as s
            left join newest as n on n._key = s._key
            anti join (select _key from incoming where {narrowed}) as i on i._key = s._key
            where s.is_deleted <> (coalesce(n.change, 'delete') = 'delete')
            """
        ).fetchone()
        missed += found
        sample += some or []
    return missed, sorted(sample)[:SHOWN]
