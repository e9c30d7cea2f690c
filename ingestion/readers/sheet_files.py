"""Parquet files and Excel sheets as raw Arrow batches."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.readers.raw_arrow import batch, with_place
from ingestion.readers.text_files import BadFileError
from ingestion.source_models import FileOptions

BATCH_ROWS = 50_000


def _origins(path: Path, first_line: int, count: int) -> pa.Array:
    return pc.binary_join_element_wise(
        path.name, pa.array(np.arange(first_line, first_line + count)).cast("string"), ":"
    )


def _plain(array: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Arrow types that DuckDB or the casts do not take, as ones that they do, value for value."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return array.cast(kind.value_type)
    if pa.types.is_null(kind) or pa.types.is_decimal256(kind):
        return array.cast(pa.string())
    if pa.types.is_date64(kind):
        return array.cast(pa.date32())
    if pa.types.is_timestamp(kind) and kind.unit in ("s", "ms"):
        return array.cast(pa.timestamp("us", kind.tz))
    return array


class ParquetFile:
    """One Parquet file being read."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        self.path = path
        self.rejected: list[tuple[int, str]] = []
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise BadFileError(f"{path.name} is no Parquet file: {error}") from None
        self.names = list(self._file.schema_arrow.names)

    def batches(self, wanted: list[str], first_position: int) -> Iterator[pa.Table]:
        done = 0
        columns = [name for name in dict.fromkeys(wanted) if name in self.names]
        for record_batch in self._file.iter_batches(BATCH_ROWS, columns=columns):
            count = record_batch.num_rows
            arrays = [
                _plain(record_batch[name]) if name in columns else pa.nulls(count, pa.string()) for name in wanted
            ]
            table = pa.Table.from_arrays(arrays, names=[f"s{number}" for number in range(len(wanted))])
            yield with_place(table, first_position + done, _origins(self.path, done + 1, count))
            done += count


class ExcelFile:
    """One sheet of a workbook. Cells come with the types that Excel gives them; formulas as their last values."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException

        self.path, self._options = path, options
        self.rejected: list[tuple[int, str]] = []
        try:
            book = load_workbook(path, read_only=True, data_only=True)
        except (InvalidFileException, BadZipFile, KeyError, OSError) as error:
            raise BadFileError(f"{path.name} is no Excel workbook: {error}") from None
        names = book.sheetnames
        wanted = (
            names[options.sheet] if isinstance(options.sheet, int) and options.sheet < len(names) else options.sheet
        )
        if wanted not in names:
            raise BadFileError(f"{path.name} has no sheet {options.sheet!r}; it has {', '.join(names)}")
        rows = list(book[wanted].iter_rows(min_row=options.header_line, values_only=True))
        book.close()
        if not rows:
            raise BadFileError(f"{path.name} has no header in line {options.header_line} of {wanted}")
        self.names = ["" if cell is None else str(cell).strip() for cell in rows[0]]
        body = rows[1 : len(rows) - options.skip_footer]
        self._rows = [
            (line, row) for line, row in enumerate(body, options.header_line + 1) if any(c is not None for c in row)
        ]

    def batches(self, wanted: list[str], first_position: int) -> Iterator[pa.Table]:
        places = [self.names.index(name) if name in self.names else None for name in wanted]
        for start in range(0, len(self._rows), BATCH_ROWS):
            part = self._rows[start : start + BATCH_ROWS]
            rows = [[None if place is None else row[place] for place in places] for _, row in part]
            lines = pa.array([f"{self.path.name}:{line}" for line, _ in part], pa.string())
            table = batch(len(wanted), rows, 0, "")
            yield with_place(table.select(range(len(wanted))), first_position + start, lines)
