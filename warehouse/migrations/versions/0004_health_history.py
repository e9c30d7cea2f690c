"""Weekly health scores, kept as they stood."""

import sqlalchemy as sa
from alembic import op

from warehouse.column_types import ExactDecimal, UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "health_history",
        sa.Column("customer_key", sa.String(length=32), nullable=False),
        sa.Column("snapshot_date", sa.Date(), nullable=False),
        sa.Column("health_score", ExactDecimal(9, 4), nullable=True, comment="null: fewer than two components"),
        sa.Column("component_count", sa.Integer(), nullable=False),
        sa.Column("weights", sa.Text(), nullable=False, comment="JSON: the weights that were in force"),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("customer_key", "snapshot_date", name=op.f("pk_health_history")),
    )


def downgrade() -> None:
    op.drop_table("health_history")
