"""Rows of MySQL's text protocol as Arrow columns, without a Python object per value.

A row is a packet: three bytes of length, one of sequence, then each value as its length and its bytes. The
packets are followed one by one; their values are cut out column by column, for all rows of a block at once.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pyarrow as pa
from pymysql import Connection, err
from pymysql.connections import MySQLResult
from pymysql.constants import CR
from pymysql.protocol import MysqlPacket

BLOCK_BYTES = 4 << 20
_READ_BYTES = 1 << 20
_LARGEST = 0xFFFFFF  # a packet of this length goes on in the next one
_NULL, _END, _ERROR = 0xFB, 0xFE, 0xFF
_WIDTHS = {0xFC: 2, 0xFD: 3, 0xFE: 8}  # the first byte of a value says in how many bytes its length follows
_HEADER = struct.Struct("<I")
SHORT_BYTES = 24  # on average: such values are cheaper to gather byte by byte than one by one


class WireRows:
    """The rows of an unbuffered result, which nothing else may read from then on."""

    def __init__(self, connection: Connection, result: MySQLResult) -> None:
        self._connection, self._stream = connection, connection._rfile
        self._bytes = [encoding is None for encoding, _ in result.converters]
        self._rest, self._ended = b"", False
        self._looked = True  # at what is in the rest: nothing more may come until it is
        result.unbuffered_active = False

    def blocks(self, most_rows: int) -> Iterator[list[pa.Array]]:
        """Columns of at most so many rows: text, or bytes where the column has no character set."""
        while not self._ended:
            data, starts, ends = self._packets()
            buffer = np.frombuffer(data, dtype=np.uint8)
            for first in range(0, len(starts), most_rows):
                part = slice(first, first + most_rows)
                yield self._columns(buffer, np.array(starts[part]), np.array(ends[part]))

    def close(self) -> None:
        """Reads what is left, so that the connection can be used again."""
        with suppress(err.Error, OSError):
            while not self._ended:
                self._packets()

    def _more(self) -> bytes:
        why = ""
        try:
            if data := self._stream.read1(_READ_BYTES):
                return data
        except OSError as error:
            why = f" ({error})"
        self._ended = True
        self._connection._force_close()
        raise err.OperationalError(CR.CR_SERVER_LOST, f"Lost connection to MySQL server during query{why}")

    def _packets(self) -> tuple[bytes, list[int], list[int]]:
        """A block of bytes, and where in it the rows begin and end."""
        parts: list[bytes] = []
        starts: list[int] = []
        ends: list[int] = []
        base, header = 0, _HEADER.unpack_from
        while base < BLOCK_BYTES and not self._ended:
            data = self._rest + self._more() if self._looked else self._rest
            self._looked = True
            place, size = 0, len(data)
            while place + 5 <= size:
                length = header(data, place)[0] & _LARGEST
                begin, end = place + 4, place + 4 + length
                if length == _LARGEST:
                    if not starts:
                        return self._giant(data[place:])
                    self._rest = data[place:]
                    return b"".join([*parts, data[:place]]), starts, ends
                if end > size:
                    break
                if data[begin] >= _END and (data[begin] == _ERROR or length < 9):
                    self._finish(data[begin:end])
                    break
                starts.append(base + begin)
                ends.append(base + end)
                place = end
            parts.append(data[:place])
            self._rest = data[place:]
            base += place
        return b"".join(parts), starts, ends

    def _giant(self, data: bytes) -> tuple[bytes, list[int], list[int]]:
        """One row of 16 MB or more: its packets put together."""
        row, length = b"", _LARGEST
        while length == _LARGEST:
            while len(data) < 4 or len(data) < 4 + (_HEADER.unpack_from(data)[0] & _LARGEST):
                data += self._more()
            length = _HEADER.unpack_from(data)[0] & _LARGEST
            row, data = row + data[4 : 4 + length], data[4 + length :]
        self._rest, self._looked = data, False
        return row, [0], [len(row)]

    def _finish(self, packet: bytes) -> None:
        self._ended = True
        if packet[0] == _ERROR:
            MysqlPacket(packet, self._connection.encoding).raise_for_error()

    def _columns(self, buffer: np.ndarray, place: np.ndarray, ends: np.ndarray) -> list[pa.Array]:
        columns = []
        for is_bytes in self._bytes:
            marks = buffer[place]
            lengths, begins, null = marks.astype(np.int64), place + 1, marks == _NULL
            lengths[null] = 0
            for mark, width in _WIDTHS.items():
                rows = np.flatnonzero(marks == mark)
                if len(rows):
                    lengths[rows] = sum(buffer[begins[rows] + n].astype(np.int64) << 8 * n for n in range(width))
                    begins[rows] += width
            columns.append(_cut(buffer, begins, lengths, null, pa.binary() if is_bytes else pa.string()))
            place = begins + lengths
        if not np.array_equal(place, ends):
            raise err.InternalError("a row of the server does not have the columns it announced")
        return columns


def _cut(buffer: np.ndarray, begins: np.ndarray, lengths: np.ndarray, null: np.ndarray, kind: pa.DataType) -> pa.Array:
    """One column: the bytes of its values, one after the other, with their offsets."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    if offsets[-1] <= SHORT_BYTES * len(lengths):
        values = buffer[np.arange(offsets[-1]) + np.repeat(begins - offsets[:-1], lengths)]
    else:  # eight bytes of index for each byte would cost more than the values
        view, lasts = memoryview(buffer), (begins + lengths).tolist()
        values = b"".join([view[first:last] for first, last in zip(begins.tolist(), lasts, strict=True)])
    there = pa.array(~null).buffers()[1] if null.any() else None
    buffers = [there, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(values)]
    array = pa.Array.from_buffers(kind, len(lengths), buffers)
    array.validate(full=True)
    return array
