"""The schema of a change-log file: the entity's contract columns, then what is known about the row."""

import pyarrow as pa

from ingestion.entities import Entity

# Name and type of the columns that every change-log file ends with, in this order.
LOAD_COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("source_system", pa.string()),
    ("_key", pa.string()),
    ("_keep", pa.string()),
    ("_rejected", pa.string()),
    ("_origin", pa.string()),
    ("_mapping_version", pa.string()),
    ("_load_id", pa.string()),
    ("_load_seq", pa.int64()),
    ("_loaded_at", pa.timestamp("us")),
    ("_change", pa.string()),
    ("_row_hash", pa.string()),
    ("_version_at", pa.timestamp("us")),
)


def raw_schema(entity: Entity) -> pa.Schema:
    """Arrow schema of the entity's files, the same whatever the sources do."""
    own = [(name, column.arrow_type) for name, column in entity.columns.items()]
    return pa.schema([*own, *LOAD_COLUMNS])
