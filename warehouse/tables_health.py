"""Health scores as they stood each week, in the operational store: a later run never changes them."""

import sqlalchemy as sa

from warehouse.column_types import ExactDecimal, UtcTime
from warehouse.tables import metadata

health_history = sa.Table(
    "health_history",
    metadata,
    sa.Column("customer_key", sa.String(32), primary_key=True),
    sa.Column("snapshot_date", sa.Date(), primary_key=True),
    sa.Column("health_score", ExactDecimal(9, 4), comment="null: fewer than two components"),
    sa.Column("component_count", sa.Integer(), nullable=False),
    sa.Column("weights", sa.Text(), nullable=False, comment="JSON: the weights that were in force"),
    sa.Column("recorded_at", UtcTime(), nullable=False),
    sa.Column("run_id", sa.String(64), nullable=False),
)
