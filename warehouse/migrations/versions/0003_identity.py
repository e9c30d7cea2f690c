"""Customer keys, their history, and decisions about identity."""

import sqlalchemy as sa
from alembic import op

from warehouse.column_types import UtcTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "customer_keys",
        sa.Column("source_system", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("source_key", sa.String(length=200), nullable=False),
        sa.Column("home_key", sa.String(length=32), nullable=False, comment="key given at first sight; kept for ever"),
        sa.Column("is_founder", sa.Boolean(), nullable=False, comment="whether the key was made for this very record"),
        sa.Column("known_since", UtcTime(), nullable=False, comment="creation in the source"),
        sa.Column("first_seen_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("source_system", "entity", "source_key", name=op.f("pk_customer_keys")),
    )
    op.create_index(op.f("ix_customer_keys_home_key"), "customer_keys", ["home_key"], unique=False)
    op.create_table(
        "customer_key_history",
        sa.Column("source_system", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("source_key", sa.String(length=200), nullable=False),
        sa.Column("valid_from", UtcTime(), nullable=False),
        sa.Column("valid_to", UtcTime(), nullable=True, comment="null: holds now"),
        sa.Column(
            "customer_key", sa.String(length=32), nullable=False, comment="the customer that the record belonged to"
        ),
        sa.Column("match_rule", sa.String(length=64), nullable=False),
        sa.Column("match_confidence", sa.Float(), nullable=False),
        sa.Column("matched_on", sa.String(length=128), nullable=False),
        sa.Column("is_survivor", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "source_system", "entity", "source_key", "valid_from", name=op.f("pk_customer_key_history")
        ),
    )
    op.create_table(
        "identity_decisions",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False, comment="merge or split"),
        sa.Column("left_system", sa.String(length=64), nullable=False),
        sa.Column("left_entity", sa.String(length=64), nullable=False),
        sa.Column("left_key", sa.String(length=200), nullable=False),
        sa.Column("right_system", sa.String(length=64), nullable=False),
        sa.Column("right_entity", sa.String(length=64), nullable=False),
        sa.Column("right_key", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=128), nullable=False),
        sa.Column("decided_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_identity_decisions")),
    )


def downgrade() -> None:
    op.drop_table("identity_decisions")
    op.drop_table("customer_key_history")
    op.drop_table("customer_keys")
