"""Tables of customer keys and of what people decided about identity, in the operational store."""

import sqlalchemy as sa

from warehouse.column_types import UtcTime
from warehouse.tables import metadata

customer_keys = sa.Table(
    "customer_keys",
    metadata,
    sa.Column("source_system", sa.String(64), primary_key=True),
    sa.Column("entity", sa.String(64), primary_key=True),
    sa.Column("source_key", sa.String(200), primary_key=True),
    sa.Column("home_key", sa.String(32), nullable=False, index=True, comment="key given at first sight; kept for ever"),
    sa.Column("is_founder", sa.Boolean(), nullable=False, comment="whether the key was made for this very record"),
    sa.Column("known_since", UtcTime(), nullable=False, comment="creation in the source"),
    sa.Column("first_seen_at", UtcTime(), nullable=False),
)

customer_key_history = sa.Table(
    "customer_key_history",
    metadata,
    sa.Column("source_system", sa.String(64), primary_key=True),
    sa.Column("entity", sa.String(64), primary_key=True),
    sa.Column("source_key", sa.String(200), primary_key=True),
    sa.Column("valid_from", UtcTime(), primary_key=True),
    sa.Column("valid_to", UtcTime(), comment="null: holds now"),
    sa.Column("customer_key", sa.String(32), nullable=False, comment="the customer that the record belonged to"),
    sa.Column("match_rule", sa.String(64), nullable=False),
    sa.Column("match_confidence", sa.Float(), nullable=False),
    sa.Column("matched_on", sa.String(128), nullable=False),
    sa.Column("is_survivor", sa.Boolean(), nullable=False),
)

identity_decisions = sa.Table(
    "identity_decisions",
    metadata,
    sa.Column("decision_id", sa.Integer(), primary_key=True),
    sa.Column("decision", sa.String(16), nullable=False, comment="merge or split"),
    sa.Column("left_system", sa.String(64), nullable=False),
    sa.Column("left_entity", sa.String(64), nullable=False),
    sa.Column("left_key", sa.String(200), nullable=False),
    sa.Column("right_system", sa.String(64), nullable=False),
    sa.Column("right_entity", sa.String(64), nullable=False),
    sa.Column("right_key", sa.String(200), nullable=False),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.Column("decided_by", sa.String(128), nullable=False),
    sa.Column("decided_at", UtcTime(), nullable=False),
)
