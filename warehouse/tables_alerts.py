"""Tables of alerts, their deliveries and the tasks that come of them, in the operational store."""

import sqlalchemy as sa

from warehouse.column_types import ExactDecimal, UtcTime
from warehouse.tables import metadata

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("alert_id", sa.Integer(), primary_key=True),
    sa.Column("cause_key", sa.String(300), nullable=False, index=True, comment="stable name of the cause"),
    sa.Column("rule", sa.String(64), nullable=False),
    sa.Column("owner_id", sa.String(128), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False, comment="warning or critical"),
    sa.Column("size", ExactDecimal(38, 9), nullable=False, comment="how bad; a greater one is worse"),
    sa.Column("title_en", sa.Text(), nullable=False),
    sa.Column("title_zh", sa.Text(), nullable=False),
    sa.Column("reason_en", sa.Text(), nullable=False),
    sa.Column("reason_zh", sa.Text(), nullable=False),
    sa.Column("next_step_en", sa.Text(), nullable=False),
    sa.Column("next_step_zh", sa.Text(), nullable=False),
    sa.Column("items", sa.Text(), nullable=False, comment="JSON list: the customers, checks or members behind it"),
    sa.Column("money_at_risk", ExactDecimal(18, 2)),
    sa.Column("due_date", sa.Date()),
    sa.Column("link", sa.Text(), nullable=False, comment="where to look: a published table or a command"),
    sa.Column("state", sa.String(16), nullable=False, comment="open, acknowledged or closed"),
    sa.Column("opened_at", UtcTime(), nullable=False),
    sa.Column("opened_run_id", sa.String(64), nullable=False),
    sa.Column("last_seen_at", UtcTime(), nullable=False),
    sa.Column("last_seen_run_id", sa.String(64), nullable=False),
    sa.Column("seen_count", sa.Integer(), nullable=False),
    sa.Column("notified_at", UtcTime(), comment="when the last message was really sent"),
    sa.Column("notified_severity", sa.String(16)),
    sa.Column("notified_size", ExactDecimal(38, 9)),
    sa.Column("notified_items", sa.Text(), comment="JSON list: keys of the items that the last message named"),
    sa.Column("acknowledged_at", UtcTime()),
    sa.Column("acknowledged_by", sa.String(128)),
    sa.Column("closed_at", UtcTime()),
    sa.Column("closed_by", sa.String(128), comment="a person, or 'cause gone'"),
    sa.Column("result", sa.Text()),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("delivery_id", sa.Integer(), primary_key=True),
    sa.Column("alert_id", sa.Integer(), sa.ForeignKey("alerts.alert_id"), nullable=False, index=True),
    sa.Column("channel", sa.String(64), nullable=False),
    sa.Column(
        "address", sa.String(320), nullable=False, comment="of the owner, where the channel asks for it; else ''"
    ),
    sa.Column("kind", sa.String(16), nullable=False, comment="new, worse or reminder"),
    sa.Column("status", sa.String(16), nullable=False, comment="waiting, sent, failed or dropped"),
    sa.Column("attempts", sa.Integer(), nullable=False),
    sa.Column("queued_at", UtcTime(), nullable=False),
    sa.Column("queued_run_id", sa.String(64), nullable=False),
    sa.Column("attempted_at", UtcTime()),
    sa.Column("sent_at", UtcTime()),
    sa.Column("error", sa.Text(), comment="why the last attempt failed, without secrets"),
    sa.Column("note", sa.Text(), comment="why this channel, where the owner has no route"),
)

tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("task_id", sa.Integer(), primary_key=True),
    sa.Column("alert_id", sa.Integer(), sa.ForeignKey("alerts.alert_id"), nullable=False, index=True),
    sa.Column("owner_id", sa.String(128), nullable=False),
    sa.Column("customer_key", sa.String(32), comment="null: the task is about no single customer"),
    sa.Column("title_en", sa.Text(), nullable=False),
    sa.Column("title_zh", sa.Text(), nullable=False),
    sa.Column("next_step_en", sa.Text(), nullable=False),
    sa.Column("next_step_zh", sa.Text(), nullable=False),
    sa.Column("money_at_risk", ExactDecimal(18, 2)),
    sa.Column("due_date", sa.Date()),
    sa.Column("state", sa.String(16), nullable=False, comment="open or closed"),
    sa.Column("created_at", UtcTime(), nullable=False),
    sa.Column("closed_at", UtcTime()),
    sa.Column("closed_by", sa.String(128)),
    sa.Column("result", sa.Text()),
)
