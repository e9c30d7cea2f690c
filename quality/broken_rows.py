"""What the tables of failing and of held-back rows begin with: verdicts beside the newest versions that they name."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from quality.conditions import text
from quality.rulebook import EntityRules
from quality.scratch import files_sql, newest_sql
from quality.verdicts import ensure_verdicts
from warehouse.raw_manifest import RawManifest
from warehouse.settings import Settings


@dataclass(frozen=True)
class BrokenRows:
    """Of one entity, as queries.

    Attributes:
        verdicts: its verdicts of the severity asked for.
        keys: SQL condition that a row of the change log is of a key that has one.
        newest: the newest versions of these keys, where they still live.
    """

    rules: EntityRules
    verdicts: str
    keys: str
    newest: str


def broken_rows(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    rulebook: dict[str, EntityRules],
    manifest: RawManifest,
    condition: str = "true",
) -> Iterator[BrokenRows]:
    """By entity, of those that have rules and rows."""
    all_verdicts = f"select * from read_parquet({text(str(ensure_verdicts(settings)))}) where {condition}"
    entities = connection.execute(f"select distinct entity from ({all_verdicts}) order by entity").fetchall()
    for (entity,) in entities:
        if entity in rulebook and manifest.files_of(entity):
            verdicts = f"select * from ({all_verdicts}) where entity = {text(entity)}"
            keys = f"(source_system, _key) in (select (source_system, key) from ({verdicts}))"
            newest = newest_sql(files_sql(settings, manifest.files_of(entity)), keys)
            yield BrokenRows(rulebook[entity], verdicts, keys, newest)
