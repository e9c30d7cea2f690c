"""Rows whose personal columns were erased."""

import sqlalchemy as sa
from alembic import op

from warehouse.column_types import UtcTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "erased_rows",
        sa.Column(
            "row_digest", sa.String(length=64), nullable=False, comment="sha256 of source system, entity and key"
        ),
        sa.Column("source_system", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("with_name", sa.Boolean(), nullable=False, comment="true: the customer is a person, so his name too"),
        sa.Column("erased_at", UtcTime(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True, comment="null: that erasure was killed before its end"),
        sa.PrimaryKeyConstraint("row_digest", name=op.f("pk_erased_rows")),
    )


def downgrade() -> None:
    op.drop_table("erased_rows")
