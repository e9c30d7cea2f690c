"""Alerts, their deliveries and tasks."""

import sqlalchemy as sa
from alembic import op

from warehouse.column_types import ExactDecimal, UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("cause_key", sa.String(length=300), nullable=False, comment="stable name of the cause"),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(length=128), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False, comment="warning or critical"),
        sa.Column("size", ExactDecimal(38, 9), nullable=False, comment="how bad; a greater one is worse"),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("reason_zh", sa.Text(), nullable=False),
        sa.Column("next_step_en", sa.Text(), nullable=False),
        sa.Column("next_step_zh", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False, comment="JSON list: the customers, checks or members behind it"),
        sa.Column("money_at_risk", ExactDecimal(18, 2), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("link", sa.Text(), nullable=False, comment="where to look: a published table or a command"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="open, acknowledged or closed"),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("opened_run_id", sa.String(length=64), nullable=False),
        sa.Column("last_seen_at", UtcTime(), nullable=False),
        sa.Column("last_seen_run_id", sa.String(length=64), nullable=False),
        sa.Column("seen_count", sa.Integer(), nullable=False),
        sa.Column("notified_at", UtcTime(), nullable=True, comment="when the last message was really sent"),
        sa.Column("notified_severity", sa.String(length=16), nullable=True),
        sa.Column("notified_size", ExactDecimal(38, 9), nullable=True),
        sa.Column(
            "notified_items",
            sa.Text(),
            nullable=True,
            comment="JSON list: keys of the items that the last message named",
        ),
        sa.Column("acknowledged_at", UtcTime(), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=128), nullable=True),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=128), nullable=True, comment="a person, or 'cause gone'"),
        sa.Column("result", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_cause_key"), "alerts", ["cause_key"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column(
            "address",
            sa.String(length=320),
            nullable=False,
            comment="of the owner, where the channel asks for it; else ''",
        ),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="new, worse or reminder"),
        sa.Column("status", sa.String(length=16), nullable=False, comment="waiting, sent, failed or dropped"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", UtcTime(), nullable=False),
        sa.Column("queued_run_id", sa.String(length=64), nullable=False),
        sa.Column("attempted_at", UtcTime(), nullable=True),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True, comment="why the last attempt failed, without secrets"),
        sa.Column("note", sa.Text(), nullable=True, comment="why this channel, where the owner has no route"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.alert_id"], name=op.f("fk_deliveries_alert_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_alert_id"), "deliveries", ["alert_id"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(length=128), nullable=False),
        sa.Column(
            "customer_key", sa.String(length=32), nullable=True, comment="null: the task is about no single customer"
        ),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("next_step_en", sa.Text(), nullable=False),
        sa.Column("next_step_zh", sa.Text(), nullable=False),
        sa.Column("money_at_risk", ExactDecimal(18, 2), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False, comment="open or closed"),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=128), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.alert_id"], name=op.f("fk_tasks_alert_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_alert_id"), "tasks", ["alert_id"], unique=False)
