"""Rows whose personal columns were erased, in the operational store: a source that still has them may not bring them
back."""

import sqlalchemy as sa

from warehouse.column_types import UtcTime
from warehouse.tables import metadata

erased_rows = sa.Table(
    "erased_rows",
    metadata,
    sa.Column("row_digest", sa.String(64), primary_key=True, comment="sha256 of source system, entity and key"),
    sa.Column("source_system", sa.String(64), nullable=False),
    sa.Column("entity", sa.String(64), nullable=False),
    sa.Column("with_name", sa.Boolean(), nullable=False, comment="true: the customer is a person, so his name too"),
    sa.Column("erased_at", UtcTime(), nullable=False),
    sa.Column("finished_at", UtcTime(), comment="null: that erasure was killed before its end"),
)
