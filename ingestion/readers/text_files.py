"""CSV as people send it: any delimiter and encoding, a header some lines down, totals at the bottom, gz."""

import codecs
import csv
import gzip
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from ingestion.readers.raw_arrow import with_place
from ingestion.source_models import FileOptions

CHUNK = 1 << 20
BLOCK_BYTES = 8 << 20


class BadFileError(Exception):
    """A file that cannot be read as it is: set aside whole, while the others load."""


def open_binary(path: Path) -> BinaryIO:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def _codec(options: FileOptions) -> str:
    return "utf-8-sig" if codecs.lookup(options.encoding).name == "utf-8" else options.encoding


def check_encoding(path: Path, options: FileOptions) -> str:
    """Reads the file through once and returns its SHA-256. Raises BadFileError at the first wrong byte."""
    decoder = codecs.getincrementaldecoder(_codec(options))()
    digest, lines = hashlib.sha256(), 1
    with open_binary(path) as stream:
        try:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                lines += decoder.decode(chunk).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            lines += error.object[: error.start].count(b"\n")
            raise BadFileError(
                f"{path.name} line {lines} is not {options.encoding} text; "
                "set encoding to what the file was saved in, such as gb18030"
            ) from None
        except (OSError, EOFError) as error:
            raise BadFileError(f"{path.name} cannot be unpacked or read: {error}") from None
    return digest.hexdigest()


def header(path: Path, options: FileOptions) -> list[str]:
    """The column names. Raises BadFileError where there is no header line."""
    # A wrong byte further down must not hide the header; check_encoding tells its line.
    reading = {"encoding": _codec(options), "errors": "replace", "newline": ""}
    with open_binary(path) as stream, io.TextIOWrapper(stream, **reading) as text:
        try:
            for _ in range(options.header_line - 1):
                text.readline()
            quoting = {"quotechar": options.quote} if options.quote else {"quoting": csv.QUOTE_NONE}
            names = next(csv.reader(text, delimiter=options.delimiter, **quoting), [])
        except (OSError, EOFError, csv.Error) as error:
            raise BadFileError(f"{path.name} has no readable header: {error}") from None
    if not any(name.strip() for name in names):
        raise BadFileError(f"{path.name} has no header in line {options.header_line}; set header_line")
    return [name.strip() for name in names]


def _body(path: Path, options: FileOptions) -> BinaryIO | pa.NativeFile:
    """The file's bytes; without its last lines where they are totals."""
    if not options.skip_footer:
        return open_binary(path)
    with open_binary(path) as stream:
        text = stream.read().decode(_codec(options))
    lines = text.splitlines(keepends=True)
    while lines and not lines[-1].strip():
        lines.pop()
    return io.BytesIO("".join(lines[: -options.skip_footer]).encode(options.encoding))


class TextFile:
    """One CSV file being read. ``rejected`` holds (line, reason) of lines with another number of fields."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        self.path, self.options = path, options
        self.rejected: list[tuple[int, str]] = []
        self.names = header(path, options)

    def _reject(self, row: pa_csv.InvalidRow) -> str:
        line = (row.number or 0) + self.options.header_line - 1
        self.rejected.append((line, f"{row.actual_columns} fields instead of {row.expected_columns}: {row.text[:120]}"))
        return "skip"

    def _lines(self, done: int, count: int) -> np.ndarray:
        """Line numbers of the next `count` good rows after `done` good ones, past the rejected lines."""
        bad = np.array(sorted(line for line, _ in self.rejected), dtype=np.int64)
        first = self.options.header_line + 1
        numbers = np.arange(done, done + count, dtype=np.int64) + first
        for line in bad:
            numbers[numbers >= line] += 1
        return numbers

    def batches(self, wanted: list[str], first_position: int) -> Iterator[pa.Table]:
        """The wanted columns as text, in the order given; one that the file lacks is NULL."""
        places = {name: f"c{number}" for number, name in reversed(list(enumerate(self.names)))}
        all_places = [f"c{number}" for number in range(len(self.names))]
        include = list(dict.fromkeys(places[name] for name in wanted if name in places)) or all_places[:1]
        reader = pa_csv.open_csv(
            _body(self.path, self.options),
            read_options=pa_csv.ReadOptions(
                use_threads=False,
                block_size=BLOCK_BYTES,
                skip_rows=self.options.header_line,
                column_names=all_places,
                encoding=self.options.encoding,
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=self.options.delimiter,
                quote_char=self.options.quote or False,
                newlines_in_values=bool(self.options.quote),
                invalid_row_handler=self._reject,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(all_places, pa.string()),
                include_columns=include,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        done = 0
        for record_batch in reader:
            count = record_batch.num_rows
            arrays = [record_batch[places[name]] if name in places else pa.nulls(count, pa.string()) for name in wanted]
            table = pa.Table.from_arrays(arrays, names=[f"s{number}" for number in range(len(wanted))])
            lines = pa.array(self._lines(done, count)).cast(pa.string())
            origin = pc.binary_join_element_wise(self.path.name, lines, ":")
            yield with_place(table, first_position + done, origin)
            done += count
