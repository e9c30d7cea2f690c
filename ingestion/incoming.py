"""Streams an entity's rows, mapped, into scratch files of its load, so that memory stays flat."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.column_plan import ColumnPlan, found_column
from ingestion.cursors import DECLARED, highest, later
from ingestion.mapper import Mapper
from ingestion.parquet_file import parquet_writer
from ingestion.raw_text import quoted
from ingestion.readers.ahead import ahead
from ingestion.readers.text_files import BadFileError
from ingestion.sources import EntityMapping
from warehouse.raw_manifest import LoadRecord

FEW_ROWS = 20_000


def required_columns(mapping: EntityMapping, plan: ColumnPlan) -> set[str]:
    """Source columns without which a row cannot be used."""
    return {plan.contract[name] for name in mapping.entity.required if name in plan.contract}


def read_incoming(
    reader, mapping: EntityMapping, plan: ColumnPlan, mapper: Mapper, since, record: LoadRecord, folder: Path
) -> tuple[list[Path], int]:
    """Writes one scratch file per part of the source and moves `record.cursor_after` along. Files and rows.

    A part that turns out to be unreadable leaves nothing but a finding.
    """
    spec, written, count = mapping.spec, [], 0
    places = [plan.place(found_column(plan, name)) for name in (spec.cursor, spec.cursor_when_null) if name]
    for number, (_, batches) in enumerate(reader.parts(mapping, plan.wanted, required_columns(mapping, plan), since)):
        path = folder / f"incoming-{number}.parquet"
        try:
            with parquet_writer(path, mapper.schema) as writer:
                for rows, tops in ahead(_mapped(ahead(batches), mapper, places, record)):
                    writer.write_table(rows)
                    count += rows.num_rows
                    for top in tops:
                        record.cursor_after = later(record.cursor_after, top)
            written.append(path)
        except BadFileError as error:
            path.unlink()
            record.findings.append(f"{mapping.where_said}: {error}; the file was set aside")
    record.findings += reader.findings
    record.rejected_lines += reader.rejected_lines
    return written, count


def _mapped(
    batches: Iterator[pa.Table], mapper: Mapper, places: list[str], record: LoadRecord
) -> Iterator[tuple[pa.Table, list[str | None]]]:
    """Each batch mapped, with the highest values of its cursors."""
    for raw in batches:
        yield mapper.map(raw), _tops(raw, places, record.loaded_at, mapper.timezone)


def _tops(raw: pa.Table, places: list[str], loaded_at: datetime, zone: str) -> list[str | None]:
    """The highest value of the cursor, and of the column that stands in for it in the rows where it does."""
    tops, told = [], raw
    for place in places:
        declared = (raw.schema.field(place).metadata or {}).get(DECLARED, b"").decode()
        tops.append(highest(told[place], loaded_at, zone, declared))
        told = told.filter(pc.is_null(told[place]))
    return tops


def incoming_relation(
    connection: duckdb.DuckDBPyConnection, mapper: Mapper, files: list[Path], folder: Path, rows: int
) -> None:
    """The relation `incoming` of so many rows over the scratch files, an empty one where nothing was read.

    `_position` is a row's place in the order of reading. Few rows are kept in memory, as several questions follow.
    """
    if not files:
        empty = folder / "incoming-none.parquet"
        pq.write_table(mapper.schema.empty_table(), empty)
        files.append(empty)
    listed = ", ".join(quoted(str(path)) for path in files)
    connection.execute(
        f"""create {"table" if rows <= FEW_ROWS else "view"} incoming as
        select * exclude (filename, file_row_number),
          list_position([{listed}], filename) * 1099511627776 + file_row_number as _position
        from read_parquet([{listed}], hive_partitioning = false, filename = true, file_row_number = true)"""
    )


def forget_incoming(connection: duckdb.DuckDBPyConnection) -> None:
    """Drops the relation `incoming`, so that another reading may take its place."""
    (is_view,) = connection.execute("select count(*) from duckdb_views() where view_name = 'incoming'").fetchone()
    connection.execute(f"drop {'view' if is_view else 'table'} incoming")
