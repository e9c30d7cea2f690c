"""Published versions, values as reported, audit."""

import sqlalchemy as sa
from alembic import op

from warehouse.column_types import ExactDecimal, UtcTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "published_versions",
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False, comment="the run that published"),
        sa.Column(
            "marts_run_id",
            sa.String(length=64),
            nullable=True,
            comment="the run whose core, marts and metrics these are; null: none yet",
        ),
        sa.Column("as_of_date", sa.Date(), nullable=True),
        sa.Column("gate_passed", sa.Boolean(), nullable=False, comment="false: last good marts, published again"),
        sa.Column("published_at", UtcTime(), nullable=False),
        sa.Column("table_count", sa.Integer(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column(
            "content_hash", sa.String(length=64), nullable=False, comment="equal hash: equal core, marts and metrics"
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_published_versions")),
    )
    op.create_table(
        "as_reported_values",
        sa.Column("metric_name", sa.String(length=128), nullable=False),
        sa.Column("period_grain", sa.String(length=16), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("dimension_name", sa.String(length=64), nullable=False),
        sa.Column("dimension_value", sa.String(length=200), nullable=False),
        sa.Column("variant", sa.String(length=64), nullable=False),
        sa.Column("definition_version", sa.String(length=32), nullable=False),
        sa.Column("value", ExactDecimal(38, 9), nullable=True),
        sa.Column("numerator", ExactDecimal(38, 9), nullable=True),
        sa.Column("denominator", ExactDecimal(38, 9), nullable=True),
        sa.Column("closed_at", UtcTime(), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint(
            "metric_name",
            "period_grain",
            "period_start",
            "dimension_name",
            "dimension_value",
            "variant",
            "definition_version",
            name=op.f("pk_as_reported_values"),
        ),
    )
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("happened_at", UtcTime(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_type", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=128), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit")),
    )
