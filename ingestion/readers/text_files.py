"""CSV as people send it: any delimiter and encoding, a header some lines down, totals at the bottom, gz."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from ingestion.readers.bad_file import BadFileError
from ingestion.readers.careful_records import MISQUOTED
from ingestion.readers.csv_records import Records, records_of
from ingestion.readers.raw_arrow import with_place
from ingestion.readers.text_chunks import likely_encoding
from ingestion.source_models import FileOptions

HEADER_CHUNK = 64 << 10
TOLD_LINES = 20
NO_TEXT = "\N{REPLACEMENT CHARACTER}"  # in the place of bytes that are no text of the encoding


class TextFile:
    """One CSV file being read. ``rejected``: (line, reason) of the first lines set aside, of ``rejected_lines``."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        self.path, self.options = path, options
        self.rejected: list[tuple[int, str]] = []
        self.rejected_lines = 0
        self.names = self._header()

    def _header(self) -> list[str]:
        """The column names. Raises BadFileError where there is no header line."""
        options, name = self.options, self.path.name
        no_footer = options.model_copy(update={"skip_footer": 0})
        # A wrong byte further down must not hide the header; reading on tells its line.
        records = next(records_of(self.path, no_footer, HEADER_CHUNK, errors="replace"), None)
        if records is None or records.fields[0] == 0:
            raise BadFileError(f"{name} has no header in line {options.header_line}; set header_line")
        if records.fields[0] == MISQUOTED:
            raise BadFileError(f"{name} has no readable header: a quotation mark stands inside a name")
        text = records.data[: records.ends[0]].decode()
        quoting = {"quotechar": options.quote} if options.quote else {"quoting": csv.QUOTE_NONE}
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=options.delimiter, **quoting))
        if not any(column.strip() for column in names):
            raise BadFileError(f"{name} has no header in line {options.header_line}; set header_line")
        if any(NO_TEXT in column for column in names):
            raise BadFileError(
                f"{name} line {options.header_line} is not {options.encoding} text; "
                f"set encoding to what the file was saved in, such as {likely_encoding(self.path)}"
            )
        return [column.strip() for column in names]

    def batches(self, places: list[int | None], first_position: int) -> Iterator[pa.Table]:
        """The columns at those places as text; one without a place is NULL."""
        done, is_first = 0, True
        for records in records_of(self.path, self.options):
            good, data = self._good(records.after(1) if is_first else records)
            is_first = False
            count = len(good)
            if not count:
                continue
            arrays = self._parsed(data, count, places)
            table = pa.Table.from_arrays(arrays, names=[f"s{number}" for number in range(len(places))])
            lines = pa.array(good.lines).cast(pa.string())
            origin = pc.binary_join_element_wise(self.path.name, lines, ":")
            yield with_place(table, first_position + done, origin)
            done += count

    def _good(self, records: Records) -> tuple[Records, bytes]:
        """The records that have a field for each column, and their text; notes the others."""
        is_good = records.fields == len(self.names)
        bad = np.flatnonzero(~is_good & (records.fields != 0))
        self.rejected_lines += len(bad)
        for number in bad[: TOLD_LINES - len(self.rejected)]:
            self.rejected.append((int(records.lines[number]), self._reason(records, number)))
        good = Records(
            records.data,
            records.starts[is_good],
            records.ends[is_good],
            records.lines[is_good],
            records.fields[is_good],
        )
        if not len(good):
            return good, b""
        gaps = np.flatnonzero(good.starts[1:] != good.ends[:-1])
        starts = good.starts[np.concatenate([[0], gaps + 1])]
        ends = good.ends[np.concatenate([gaps, [-1]])]
        view = memoryview(records.data)
        return good, b"".join([view[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)])

    def _reason(self, records: Records, number: int) -> str:
        text = records.data[records.starts[number] : records.ends[number]].decode().rstrip("\r\n")[:120]
        if records.fields[number] == MISQUOTED:
            return f"a quotation mark closes before its field ends: {text}"
        return f"{records.fields[number]} fields instead of {len(self.names)}: {text}"

    def _read(self, *data: pa.BufferReader, **options) -> pa.Table:
        try:
            return pa_csv.read_csv(*data, **options)
        except pa.ArrowException as error:
            raise BadFileError(f"{self.path.name} cannot be read: {str(error).splitlines()[0]}") from None

    def _parsed(self, data: bytes, count: int, places: list[int | None]) -> list[pa.Array | pa.ChunkedArray]:
        all_places = [f"c{number}" for number in range(len(self.names))]
        include = list(dict.fromkeys(f"c{place}" for place in places if place is not None)) or all_places[:1]
        options = self.options
        table = self._read(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=all_places),
            parse_options=pa_csv.ParseOptions(
                delimiter=options.delimiter,
                quote_char=options.quote or False,
                newlines_in_values=bool(options.quote),
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(all_places, pa.string()),
                include_columns=include,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        if table.num_rows != count:
            raise BadFileError(f"{self.path.name} has {count} records, of which {table.num_rows} could be read")
        return [pa.nulls(count, pa.string()) if place is None else table[f"c{place}"] for place in places]
