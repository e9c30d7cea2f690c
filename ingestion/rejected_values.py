"""Values that could not be carried, counted by column, as sentences with what to do."""

from collections import Counter

import duckdb
import pyarrow as pa

from ingestion.sources import EntityMapping

SHOWN = 5


class RejectedValues:
    """The rejections of mapped rows."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def add(self, connection: duckdb.DuckDBPyConnection, mapped: pa.Table) -> None:
        connection.register("mapped", mapped)
        rows = connection.execute(
            """select k, cast(_rejected as json) ->> k as text, count(*) from (
              select _rejected, unnest(json_keys(cast(_rejected as json))) as k from mapped where _rejected is not null
            ) group by all"""
        ).fetchall()
        connection.unregister("mapped")
        for column, text, count in rows:
            self._counts.setdefault(column, Counter())[text] += count

    def told(self, mapping: EntityMapping) -> list[tuple[str, str]]:
        """(what, remedy) of each column with rejections."""
        return [self._sentence(mapping, column, texts) for column, texts in self._counts.items()]

    def _sentence(self, mapping: EntityMapping, column: str, texts: Counter[str]) -> tuple[str, str]:
        shown = ", ".join(f"{text!r} ({count})" for text, count in texts.most_common(SHOWN))
        target = mapping.entity.columns[column]
        if target.type == "code" or column in mapping.spec.values:
            what, remedy = "codes that are not mapped", f"List them under values.{column}"
        else:
            what = f"values that are no {target.type}"
            remedy = f"{_cure(mapping, target.type, column)}, or convert it in a query"
        return f"{mapping.where_said}: {column} has {what}: {shown}", remedy


def _cure(mapping: EntityMapping, kind: str, column: str) -> str:
    """The keys of the source file that can help: each kind of value has its own."""
    if kind in ("date", "timestamp"):
        return f"Give formats for {column}"
    if kind == "boolean":
        return f"List them under values.{column}"
    marks = "decimal and thousands of the file, " if mapping.spec.file else ""
    return f"Give {marks}units or scales for {column}"
