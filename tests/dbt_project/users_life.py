"""The life of a source table of CRM users, and the loads that the product makes of it.

Mapping, comparison, cursors and versions are the product's; the rows come from a dictionary instead of a database.
"""

import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.column_plan import ColumnPlan, plan_columns
from ingestion.compare import compare
from ingestion.cursors import highest, later, lower_bound
from ingestion.incoming import incoming_relation
from ingestion.key_comparison import missed_rows
from ingestion.mapper import Mapper
from ingestion.readers.raw_arrow import batch
from ingestion.sources import EntityMapping

Person = tuple[str | None, str | None, datetime | None]  # name, team, time of change
FAR = datetime(2999, 1, 1)


@dataclass
class UsersLife:
    """What the source holds, how far it was read, and the log as a list of files in the order of loads.

    Attributes:
        mappings: what the source file may say, by department.
        clock: the source's; the warehouse's goes `behind` it.
        expected: load number -> what the source held when that load was made.
    """

    mappings: dict[str, EntityMapping]
    folder: Path
    clock: datetime = datetime(2024, 6, 1, 8)
    behind: timedelta = timedelta(0)
    department: str = "north"
    has_team: bool = True
    rows: dict[str, Person] = field(default_factory=dict)
    log: list[Path] = field(default_factory=list)
    load_seq: int = 0
    cursor: str | None = None
    read_as: tuple[str, bool] | None = None
    needs_full: bool = False
    alive: set[str] = field(default_factory=set)
    expected: dict[int, dict] = field(default_factory=dict)

    def put(self, key: str, value: str, when: str) -> None:
        """Writes a row that says of itself that it changed now, a while ago, years ago, in the future, or nothing."""
        self.clock += timedelta(minutes=1)
        changed = {
            "now": self.clock,
            "late": self.clock - timedelta(minutes=30),  # within the overlap of an hour
            "never": None,
            "future": FAR,
            "old": datetime(2020, 1, 1),
        }[when]
        # What lies before the overlap no cursor can see; of keys that the log does not hold, comparing keys does.
        if changed is not None and self.cursor is not None and key in self.alive:
            overlap = self.mappings[self.department].spec.overlap
            self.needs_full |= changed.isoformat(sep=" ") < lower_bound(self.cursor, overlap)
        self.rows[key] = (value, value and value.upper(), changed)

    @property
    def loaded_at(self) -> datetime:
        return self.clock - self.behind

    def content(self) -> dict:
        """What staging has to show: key -> name, team, department, time of change."""
        return {
            key: (name, team if self.has_team else None, self.department, changed)
            for key, (name, team, changed) in self.rows.items()
        }

    def load(self, *, full: bool = False, crash: bool = False) -> Path | None:
        """One load. Returns the file that it added to the log; None when it added nothing or crashed before the end."""
        self.clock += timedelta(minutes=1)
        self.load_seq += 1
        mapping = self.mappings[self.department]
        names = ["id", "name", "changed", *(["team"] if self.has_team else [])]
        plan = plan_columns(mapping, dict.fromkeys(names), "users")
        whole = full or self.needs_full or self.cursor is None or self.read_as != (self.department, self.has_team)
        target = self.folder / f"{self.load_seq}.parquet"
        for all_rows in (whole, True):
            raw = self._read(plan, None if all_rows else lower_bound(self.cursor, mapping.spec.overlap))
            with tempfile.TemporaryDirectory(dir=self.folder) as scratch, duckdb.connect() as connection:
                added = self._compare(connection, mapping, plan, raw, Path(scratch), target, all_rows)
            if added is not None:
                break
        cursor = self.cursor
        if raw.num_rows:
            cursor = later(self.cursor, highest(raw[plan.place("changed")], self.loaded_at, "UTC"))
        if crash:
            target.unlink(missing_ok=True)
            return None
        self.cursor, self.read_as, self.needs_full = cursor, (self.department, self.has_team), False
        self.alive = set(self.rows) or self.alive  # an emptied source deletes nothing
        if self.rows or not self.log:
            self.expected[self.load_seq] = self.content()
        if added:
            self.log.append(target)
        return target if added else None

    def _read(self, plan: ColumnPlan, low: str | None) -> pa.Table:
        chosen = [
            {"id": key, "name": name, "changed": changed and changed.isoformat(sep=" "), "team": team}
            for key, (name, team, changed) in self.rows.items()
            if low is None or changed is None or changed.isoformat(sep=" ") >= low
        ]
        return batch(len(plan.wanted), [tuple(row[name] for name in plan.wanted) for row in chosen], 0, "users")

    def _compare(self, connection, mapping, plan, raw, scratch: Path, target: Path, whole: bool) -> bool | None:
        """Whether anything was added; None when comparing keys shows that all has to be read."""
        stamp = {"load_id": str(self.load_seq), "load_seq": self.load_seq, "loaded_at": self.loaded_at}
        mapper = Mapper(connection, mapping, plan, *stamp.values())
        incoming = scratch / "incoming.parquet"
        pq.write_table(mapper.map(raw) if raw.num_rows else mapper.schema.empty_table(), incoming)
        files = [incoming]
        incoming_relation(connection, mapper, files, scratch, len(self.rows))
        keys = None
        if self.rows and self.log:  # an emptied source deletes nothing
            connection.execute("create table source_keys (_key varchar, is_deleted boolean)")
            connection.executemany("insert into source_keys values (?, false)", [[key] for key in self.rows])
            keys = "incoming" if whole else "source_keys"
            if not whole and missed_rows(connection, self.log)[0]:
                return None
        stamp |= {"source_system": mapping.source_system, "mapping_version": mapping.version}
        result = compare(
            connection, mapping.entity, self.log, files, target, stamp, is_table=True, keys=keys, full=whole
        )
        assert result.rows_read == raw.num_rows
        return result.rows_written > 0
