"""Tables of the operational store: what cannot be rebuilt from the raw change log.

One ``metadata`` for all of them. A package that keeps something of its own here adds a module
``warehouse/tables_<name>.py`` that uses this metadata, and a migration; a test compares the two.
Times are UTC without zone. Money is in the reporting currency.
"""

import sqlalchemy as sa

from warehouse.column_types import ExactDecimal, UtcTime

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

published_versions = sa.Table(
    "published_versions",
    metadata,
    sa.Column("version_id", sa.String(64), primary_key=True),
    sa.Column("run_id", sa.String(64), nullable=False, comment="the run that published"),
    sa.Column("marts_run_id", sa.String(64), comment="the run whose core, marts and metrics these are; null: none yet"),
    sa.Column("as_of_date", sa.Date()),
    sa.Column("gate_passed", sa.Boolean(), nullable=False, comment="false: last good marts, published again"),
    sa.Column("published_at", UtcTime(), nullable=False),
    sa.Column("table_count", sa.Integer(), nullable=False),
    sa.Column("row_count", sa.BigInteger(), nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False, comment="equal hash: equal core, marts and metrics"),
)

as_reported_values = sa.Table(
    "as_reported_values",
    metadata,
    sa.Column("metric_name", sa.String(128), primary_key=True),
    sa.Column("period_grain", sa.String(16), primary_key=True),
    sa.Column("period_start", sa.Date(), primary_key=True),
    sa.Column("dimension_name", sa.String(64), primary_key=True),
    sa.Column("dimension_value", sa.String(200), primary_key=True),
    sa.Column("variant", sa.String(64), primary_key=True),
    sa.Column("definition_version", sa.String(32), primary_key=True),
    sa.Column("value", ExactDecimal(38, 9)),
    sa.Column("numerator", ExactDecimal(38, 9)),
    sa.Column("denominator", ExactDecimal(38, 9)),
    sa.Column("closed_at", UtcTime(), nullable=False),
    sa.Column("run_id", sa.String(64), nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("audit_id", sa.Integer(), primary_key=True),
    sa.Column("happened_at", UtcTime(), nullable=False),
    sa.Column("actor", sa.String(128), nullable=False),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("subject_type", sa.String(64), nullable=False),
    sa.Column("subject_id", sa.String(128), nullable=False),
    sa.Column("detail", sa.Text()),
)
