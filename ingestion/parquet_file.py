"""How files of the change log are written: small, and cheap to write."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

# Columns of few values; in the others a dictionary costs more than it saves.
FEW_VALUES = [
    "source_system",
    "_keep",
    "_rejected",
    "_origin",
    "_mapping_version",
    "_load_id",
    "_load_seq",
    "_loaded_at",
    "_change",
]


def parquet_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A writer of one file. The caller closes it."""
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=FEW_VALUES,
        store_decimal_as_integer=True,  # else of fixed bytes: larger, and slower both ways
    )
