"""Excel sheets, streamed. Cells come with the types that Excel gives them; formulas as their last values.

What Excel itself says is no value, an error or a formula that was never computed, is refused with its text.
"""

import warnings
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import pyarrow as pa
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from ingestion.readers.bad_file import BadFileError
from ingestion.readers.raw_arrow import Refused, as_text, batch, with_place
from ingestion.source_models import FileOptions

BATCH_ROWS = 50_000


class _CellParser(WorkSheetParser):
    """openpyxl's parser of a sheet, which takes a formula without value for an empty cell."""

    def parse_cell(self, element) -> dict:
        cell = super().parse_cell(element)
        if cell["data_type"] == "e":
            cell["value"] = Refused(str(cell["value"]))
        elif cell["value"] is None and element.get("t") != "str":
            formula = element.find(FORMULA_TAG)
            if formula is not None and not element.findtext(VALUE_TAG):
                cell["value"] = Refused(f"={formula.text or ''} was never computed")
        return cell


class ExcelFile:
    """One sheet of a workbook. Only the header is read until the batches are asked for."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        self.path, self._options = path, options
        self.rejected: list[tuple[int, str]] = []
        self.rejected_lines = 0
        line, header = next(self._rows(options.header_line), (0, ()))
        if line != options.header_line:
            raise BadFileError(f"{path.name} has no header in line {options.header_line} of its sheet")
        self.names = ["" if cell is None else str(cell).strip() for cell in header]

    def _rows(self, first_line: int) -> Iterator[tuple[int, list[Any]]]:
        """(line, cells) of each row that is not empty, as long as its last cell, from a line on."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # such as that styles or extensions are not kept
                book = load_workbook(self.path, read_only=True, data_only=True)
            try:
                sheet = book[self._sheet(book.sheetnames)]
                with sheet._get_source() as source:
                    parser = _CellParser(
                        source,
                        sheet._shared_strings,
                        data_only=True,
                        epoch=book.epoch,
                        date_formats=book._date_formats,
                        timedelta_formats=book._timedelta_formats,
                    )
                    for line, cells in parser.parse():
                        if line >= first_line and any(cell["value"] is not None for cell in cells):
                            yield line, _row(cells)
            finally:
                book.close()
        except (BadFileError, GeneratorExit):
            raise
        except (InvalidFileException, BadZipFile, KeyError) as error:
            raise BadFileError(f"{self.path.name} is no Excel workbook: {error}") from None
        except Exception as error:  # whatever the parsers of XML, zip and cells make of a damaged file
            told = f"{type(error).__name__}: {error}".splitlines()[0]
            raise BadFileError(f"{self.path.name} cannot be read: {told}") from None

    def _sheet(self, names: list[str]) -> str:
        wanted = self._options.sheet
        if isinstance(wanted, int) and wanted < len(names):
            return names[wanted]
        if wanted not in names:
            raise BadFileError(f"{self.path.name} has no sheet {wanted!r}; it has {', '.join(names)}")
        return wanted

    def _body(self) -> Iterator[tuple[int, list[Any]]]:
        """The rows under the header, without those of the footer."""
        held: deque[tuple[int, list[Any]]] = deque()
        for row in self._rows(self._options.header_line + 1):
            held.append(row)
            if len(held) > self._options.skip_footer:
                yield held.popleft()

    def batches(self, places: list[int | None], first_position: int) -> Iterator[pa.Table]:
        """The columns at those places; one without a place is NULL."""
        rows: list[list[Any]] = []
        lines: list[str] = []
        done = 0
        for line, cells in self._body():
            rows.append([cells[place] if place is not None and place < len(cells) else None for place in places])
            lines.append(f"{self.path.name}:{line}")
            if len(rows) == BATCH_ROWS:
                yield self._table(rows, lines, first_position + done)
                done += len(rows)
                rows, lines = [], []
        if rows:
            yield self._table(rows, lines, first_position + done)

    def _table(self, rows: list[list[Any]], lines: list[str], first_position: int) -> pa.Table:
        columns = [self._written(list(values)) for values in zip(*rows, strict=True)]
        table = batch(len(columns), list(zip(*columns, strict=True)), 0, "")
        return with_place(table.select(range(len(columns))), first_position, pa.array(lines, pa.string()))

    def _written(self, values: list[Any]) -> list[Any]:
        """Numbers among texts with the file's decimal mark: the column becomes text, and is read with those marks."""
        mark, kinds = self._options.decimal, set(map(type, values))
        if (mark == "." and not self._options.thousands) or not kinds - {int, float, type(None)}:
            return values
        return [as_text(value).replace(".", mark) if type(value) in (int, float) else value for value in values]


def _row(cells: list[dict]) -> list[Any]:
    row: list[Any] = [None] * max(cell["column"] for cell in cells)
    for cell in cells:
        row[cell["column"] - 1] = cell["value"]
    return row
