"""Parquet files as raw Arrow batches, value for value, or refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.readers.bad_file import BadFileError
from ingestion.readers.raw_arrow import as_text, with_place
from ingestion.source_models import FileOptions

BATCH_ROWS = 50_000


class ParquetFile:
    """One Parquet file being read."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        self.path = path
        self.rejected: list[tuple[int, str]] = []
        self.rejected_lines = 0
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise BadFileError(f"{path.name} is no Parquet file: {error}") from None
        self.names = list(self._file.schema_arrow.names)

    def batches(self, places: list[int | None], first_position: int) -> Iterator[pa.Table]:
        """The columns at those places; one without a place is NULL."""
        done = 0
        columns = list(dict.fromkeys(self.names[place] for place in places if place is not None))
        try:
            for record_batch in self._file.iter_batches(BATCH_ROWS, columns=columns):
                count = record_batch.num_rows
                plain = {name: self._plain(name, record_batch[name]) for name in columns}
                arrays = [pa.nulls(count, pa.string()) if n is None else plain[self.names[n]] for n in places]
                table = pa.Table.from_arrays(arrays, names=[f"s{number}" for number in range(len(places))])
                lines = pa.array(np.arange(done + 1, done + 1 + count)).cast("string")
                origin = pc.binary_join_element_wise(self.path.name, lines, ":")
                yield with_place(table, first_position + done, origin)
                done += count
        except (pa.ArrowException, OSError) as error:
            raise BadFileError(f"{self.path.name} cannot be read: {str(error).splitlines()[0]}") from None

    def _plain(self, name: str, array: pa.Array) -> pa.Array:
        try:
            return plain(array)
        except (pa.ArrowException, ValueError, OverflowError) as error:
            raise BadFileError(
                f"{self.path.name}: column {name!r} of type {array.type} cannot be carried exactly"
                f" ({str(error).splitlines()[0]}); write it as text, decimal or double"
            ) from None


def plain(array: pa.Array) -> pa.Array:
    """The array as one of a type that the casts take, value for value. Raises ValueError where there is none."""
    kind, types = array.type, pa.types
    if isinstance(kind, pa.BaseExtensionType):
        if kind.extension_name == "arrow.uuid":
            return pa.array([None if value is None else str(value) for value in array.to_pylist()], pa.string())
        return plain(array.storage)
    if types.is_dictionary(kind):
        return plain(array.cast(kind.value_type))
    if types.is_null(kind) or types.is_string_view(kind):
        return array.cast(pa.string())
    if types.is_binary_view(kind):
        return array.cast(pa.binary())
    if types.is_decimal(kind):
        return _decimals(array)
    if types.is_date64(kind):
        return array.cast(pa.date32())
    if types.is_timestamp(kind):
        return _instants(array)
    if types.is_duration(kind):
        return array.cast(pa.duration("us"))
    if types.is_nested(kind) and not types.is_union(kind):
        return pa.array([None if value is None else _json(value, kind) for value in array.to_pylist()], pa.string())
    if types.is_primitive(kind) and not types.is_float16(kind) and not types.is_interval(kind):
        return array
    if types.is_string(kind) or types.is_large_string(kind) or types.is_large_binary(kind) or types.is_binary(kind):
        return array
    if types.is_fixed_size_binary(kind):
        return array
    raise ValueError("no type of the contract is its like")


def _decimals(array: pa.Array) -> pa.Array:
    """Decimals as the engine knows them, as text where they have more digits."""
    if pa.types.is_decimal128(array.type) and array.type.scale >= 0:
        return array
    try:
        return array.cast(pa.decimal128(38, max(array.type.scale, 0)))
    except pa.ArrowInvalid:
        return pa.array([None if value is None else as_text(value) for value in array.to_pylist()], pa.string())


def _instants(array: pa.Array) -> pa.Array:
    """Times to the microsecond; where one is finer, those with a zone as text in UTC, which the casts look into."""
    kind = array.type
    if kind.unit == "ns" and not kind.tz:
        return array
    try:
        return array.cast(pa.timestamp("us", kind.tz))
    except pa.ArrowInvalid:
        if kind.unit != "ns":
            raise
    text = pc.strftime(array.cast(pa.timestamp("ns", "UTC")), "%Y-%m-%d %H:%M:%S")
    return pc.binary_join_element_wise(text, "+00:00", "")


def _json(value: Any, kind: pa.DataType) -> str:
    told = dict(value) if pa.types.is_map(kind) else value
    return json.dumps(told, ensure_ascii=False, allow_nan=False, default=as_text)
