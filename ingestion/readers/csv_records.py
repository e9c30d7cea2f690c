"""Splits CSV text into records, each with the line where it begins and its number of fields.

Quotation marks that stand as RFC 4180 has them are found in bulk; a piece of text with one elsewhere is gone
through record by record. A mark inside a field that does not begin with one is a letter like any other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingestion.readers.bad_file import BadFileError
from ingestion.readers.careful_records import CarefulSplitter
from ingestion.readers.text_chunks import CHUNK, utf8_chunks
from ingestion.source_models import FileOptions

LONGEST = 32 << 20  # a record of more bytes is a quotation mark that nobody closed
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LF, _CR = 10, 13


@dataclass
class Records:
    """Records of a piece of text. ``fields``: 0 of a blank line, -1 where a quotation mark stands wrongly."""

    data: bytes
    starts: np.ndarray
    ends: np.ndarray
    lines: np.ndarray
    fields: np.ndarray

    def __len__(self) -> int:
        return len(self.starts)

    def first(self, count: int) -> "Records":
        return Records(self.data, self.starts[:count], self.ends[:count], self.lines[:count], self.fields[:count])

    def after(self, count: int) -> "Records":
        return Records(self.data, self.starts[count:], self.ends[count:], self.lines[count:], self.fields[count:])


def records_of(path: Path, options: FileOptions, size: int = CHUNK, errors: str = "strict") -> Iterator[Records]:
    """The records from the header on, without those of the footer. Raises BadFileError."""
    data, line, skip = b"", 1, options.header_line - 1
    splitter = _Splitter(path.name, options)
    for chunk, final in utf8_chunks(path, options, size, errors):
        data += chunk
        while skip and (found := _LINE_END.search(data)) and (final or found.end() < len(data)):
            data, line, skip = data[found.end() :], line + 1, skip - 1
        if skip:
            continue
        if final and data and not data.endswith((b"\n", b"\r")):
            data += b"\n"
        records, next_line = splitter.split(data, line, final)
        kept = _without_footer(records, options.skip_footer)
        if len(kept):
            yield kept
        if final:
            return
        if len(kept) < len(records):
            used, line = int(records.starts[len(kept)]), int(records.lines[len(kept)])
        else:
            used, line = (int(records.ends[-1]), next_line) if len(records) else (0, line)
        data = data[used:]
        if len(data) > LONGEST + size:
            raise BadFileError(f"{path.name} line {line} is longer than {LONGEST >> 20} MB; is a quotation mark open?")


def _without_footer(records: Records, footer: int) -> Records:
    """The records before the last ones that are not blank."""
    if not footer:
        return records
    filled = np.flatnonzero(records.fields)
    return records.first(int(filled[-footer]) if len(filled) >= footer else 0)


class _Splitter:
    def __init__(self, name: str, options: FileOptions) -> None:
        self._quote, self._delimiter = options.quote.encode(), options.delimiter.encode()
        self._careful = CarefulSplitter(name, self._quote, self._delimiter)

    def split(self, data: bytes, line: int, final: bool) -> tuple[Records, int]:
        """The whole records at the beginning of the text, and the line that follows them."""
        found = self._in_bulk(data, line, final)
        return found if found is not None else self._one_by_one(data, line, final)

    def _one_by_one(self, data: bytes, line: int, final: bool) -> tuple[Records, int]:
        rows, next_line = self._careful.split(data, line, final)
        columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
        return Records(data, *columns), next_line

    def _in_bulk(self, data: bytes, line: int, final: bool) -> tuple[Records, int] | None:
        """None where a quotation mark stands elsewhere than RFC 4180 has it."""
        text = np.frombuffer(data, np.uint8)
        line_ends = self._line_ends(text, data, final)
        delimiters = np.flatnonzero(text == self._delimiter[0])
        ends, has_quotes = line_ends, bool(self._quote) and self._quote in data
        if has_quotes:
            quotes = text == self._quote[0]
            outside = np.bitwise_xor.accumulate(quotes.view(np.uint8)) == 0
            ends, delimiters = line_ends[outside[line_ends]], delimiters[outside[delimiters]]
            if not len(ends) and len(line_ends):
                return None
            open_at_the_end = final and len(ends) and int(ends[-1]) + 1 < len(data)
            if open_at_the_end or (len(ends) and not self._well_quoted(text, np.flatnonzero(quotes[: ends[-1]]))):
                return None
        starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
        fields = np.searchsorted(delimiters, ends) - np.searchsorted(delimiters, starts) + 1
        length = ends - starts
        fields[(length == 0) | ((length == 1) & (text[starts] == _CR))] = 0
        lines = line + (np.searchsorted(line_ends, starts) if has_quotes else np.arange(len(starts)))
        next_line = line + (int(np.searchsorted(line_ends, ends[-1])) + 1 if len(ends) else 0)
        return Records(data, starts, ends + 1, lines, fields), next_line

    def _line_ends(self, text: np.ndarray, data: bytes, final: bool) -> np.ndarray:
        """Where lines end, in quotes or not: at their line feed, or at a carriage return without one."""
        ends = text == _LF
        if b"\r" in data:
            alone = text == _CR
            alone[:-1] &= ~ends[1:]
            alone[-1] &= final  # a line feed may follow in the next piece
            ends = ends | alone
        return np.flatnonzero(ends)

    def _well_quoted(self, text: np.ndarray, quotes: np.ndarray) -> bool:
        """Whether every field in quotes begins and ends with one; a doubled mark looks like an end and a beginning."""
        beside = np.zeros(256, dtype=bool)
        beside[[_LF, _CR, self._quote[0], self._delimiter[0]]] = True
        opens, closes = quotes[0::2], quotes[1::2]
        before = opens[opens > 0] - 1
        return bool(beside[text[before]].all() and beside[text[closes + 1]].all())
