"""Splits CSV text into records one by one, where a quotation mark stands elsewhere than RFC 4180 has it."""

import re

from ingestion.readers.bad_file import BadFileError

MISQUOTED = -1
_LINE_END = re.compile(rb"\r\n|\n|\r")


class _Unfinished(Exception):
    """The text ends before the record does."""


class CarefulSplitter:
    """Splits text whose last piece ends with a line end."""

    def __init__(self, name: str, quote: bytes, delimiter: bytes) -> None:
        self._name, self._quote, self._delimiter = name, quote, delimiter
        q, d = re.escape(quote), re.escape(delimiter)
        self._quoted = re.compile(b"%s[^%s]*+(?:%s%s[^%s]*+)*+%s" % (q, q, q, q, q, q)) if quote else None
        self._plain = re.compile(rb"[^%s\r\n]*+" % d)

    def split(self, data: bytes, line: int, final: bool) -> tuple[list[tuple[int, int, int, int]], int]:
        """(start, end, line, fields) of each whole record, and the line that follows them."""
        rows, start = [], 0
        while start < len(data):
            try:
                end, fields = self._record(data, start, line, final)
            except _Unfinished:
                break
            rows.append((start, end, line, fields))
            line += len(_LINE_END.findall(data, start, end))
            start = end
        return rows, line

    def _line_end(self, data: bytes, at: int, final: bool) -> re.Match:
        found = _LINE_END.search(data, at)
        if found is None or (found.group() == b"\r" and found.end() == len(data) and not final):
            raise _Unfinished
        return found

    def _record(self, data: bytes, start: int, line: int, final: bool) -> tuple[int, int]:
        """Where the record ends, and its number of fields."""
        line_end = self._line_end(data, start, final)
        if line_end.start() == start:
            return line_end.end(), 0
        if not self._quote or data.find(self._quote, start, line_end.start()) < 0:
            return line_end.end(), data.count(self._delimiter, start, line_end.start()) + 1
        at, fields = start, 0
        while True:
            fields += 1
            if data.startswith(self._quote, at):
                found = self._quoted.match(data, at)
                if found is None or (found.end() == len(data) and not final):
                    if not final:
                        raise _Unfinished
                    raise self._bad(line, "a quotation mark opens there that nothing closes")
                at = found.end()
                if not data.startswith((self._delimiter, b"\n", b"\r"), at):
                    if _LINE_END.search(found.group()):
                        raise self._bad(line, "a quotation mark opens there and closes, lines later, inside a field")
                    return self._line_end(data, at, final).end(), MISQUOTED
            else:
                at = self._plain.match(data, at).end()
            if not data.startswith(self._delimiter, at):
                return self._line_end(data, at, final).end(), fields
            at += len(self._delimiter)

    def _bad(self, line: int, what: str) -> BadFileError:
        return BadFileError(f"{self._name} line {line}: {what}; mend it, or set quote: '' where the file has none")
