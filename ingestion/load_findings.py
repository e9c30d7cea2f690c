"""What a load finds out about itself and its source, and tells in findings; what may not go on is refused."""

from dataclasses import replace
from pathlib import Path

import duckdb

from ingestion.column_plan import ColumnPlan
from ingestion.compare import Comparison
from ingestion.control_sums import Measured, compare_sums
from ingestion.cursors import UNUSABLE
from ingestion.key_comparison import missed_rows
from ingestion.sources import EntityMapping
from warehouse.errors import CmwError
from warehouse.raw_manifest import LoadRecord

MANY_DELETED, FEW_DELETED = 0.2, 20  # share and number of rows gone at once above which a load says so


class LoadFindings:
    """The findings of one entity-load, written into its record."""

    def __init__(self, mapping: EntityMapping, record: LoadRecord) -> None:
        self._mapping, self._record = mapping, record

    def reconcile(self, connection: duckdb.DuckDBPyConnection, reader, plan: ColumnPlan, since) -> None:
        """Notes what the source says of the rows read, and tells where it is not what arrived."""
        measured: Measured | None = reader.measure(self._mapping, plan, since)
        if measured is None:
            return
        record, told = self._record, []
        record.source_rows = measured.rows
        read, sums = compare_sums(connection, self._mapping, measured)
        if doubtful := measured.doubtful(sums):
            careful = replace(measured, sums=reader.measure_carefully(self._mapping, plan, since, doubtful))
            sums = {name: total for name, total in sums.items() if name not in doubtful}
            sums |= compare_sums(connection, self._mapping, careful)[1]
        record.control_sums = sums
        if read != measured.rows:
            told.append(f"the source counts {measured.rows} rows and {read} arrived")
        for name, total in sums.items():
            if not total.agrees:
                told.append(f"{name} sums to {total.source} in the source and to {total.read} as it arrived")
        record.findings += [f"{self._mapping.where_said}: {what}" for what in told]

    def judge_cursor(self) -> None:
        """A cursor that does not sort as time is given up; an overlap in another unit is refused."""
        spec, record = self._mapping.spec, self._record
        if record.cursor_after == UNUSABLE:
            record.cursor_after = None
            record.findings.append(
                f"{self._mapping.where_said}: {spec.cursor} does not tell what changed, because its values do not sort "
                "as times of one zone or whole numbers do; all rows are read each time. Name another cursor, or none"
            )
        if record.cursor_after and "overlap" in spec.model_fields_set and spec.overlap:
            counts = record.cursor_after.startswith("int:")
            if counts != isinstance(spec.overlap, int):
                raise CmwError(
                    f"{self._mapping.where_said}: overlap {spec.overlap} does not go with {spec.cursor}, which holds "
                    f"{'numbers' if counts else 'times'}",
                    "Write a number of steps, such as 1000" if counts else "Write a duration, such as 1h or 3600s",
                )

    def missed(self, connection: duckdb.DuckDBPyConnection, log: list[Path]) -> bool:
        """Whether the source has rows that no cursor showed; then all is read."""
        missed, some = missed_rows(connection, log)
        if missed:
            self._record.findings.append(
                f"{self._mapping.where_said}: {missed} rows came or went with a {self._mapping.spec.cursor} that had "
                f"been read past, such as {', '.join(some)}; all rows were read. If this recurs, raise overlap"
            )
        return bool(missed)

    def guarded(self, connection: duckdb.DuckDBPyConnection, keys: str, reader) -> str | None:
        """No keys at all look like a source that is being reloaded, not like the deletion of everything."""
        if self._mapping.spec.allow_empty or connection.execute(f"select 1 from {keys} limit 1").fetchone():
            return keys
        self._record.findings.append(
            f"{self._mapping.where_said}: {reader.origin(self._mapping)} is empty although rows were loaded from it "
            "before; nothing was deleted. If it is meant to be empty, set allow_empty: true"
        )
        return None

    def tell_deletions(self, result: Comparison) -> None:
        """Many rows gone at once may be a table that is being rebuilt, or a condition that went wrong."""
        alive = result.alive_before
        if result.spared:
            self._record.findings.append(
                f"{self._mapping.where_said}: {result.spared} of {alive} rows are gone from the source, more than "
                f"most_deleted: {self._mapping.spec.most_deleted:g} allows; nothing was deleted. If they are gone for "
                "good, raise it for one run"
            )
        if result.vanished > max(MANY_DELETED * alive, FEW_DELETED):
            self._record.findings.append(
                f"{self._mapping.where_said}: {result.vanished} of {alive} rows are gone from the source and count as "
                "deleted; if they come back, the next comparison restores them"
            )
