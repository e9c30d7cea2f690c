"""A small company, published for real, of which the certificate is known."""

from datetime import date, datetime
from decimal import Decimal

import duckdb
import sqlalchemy as sa

from metrics import tables as metric_tables
from warehouse.durable_files import write_atomically
from warehouse.operational_store import open_store, writing
from warehouse.publish import publish
from warehouse.raw_manifest import LoadRecord, RawManifest
from warehouse.settings import Settings
from warehouse.tables_alerts import alerts, deliveries

AS_OF = date(2026, 6, 30)
MOMENT = datetime(2026, 6, 30, 12)


def insert(connection: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    names, places = ", ".join(values), ", ".join(f"${name}" for name in values)
    connection.execute(f"insert into {table} ({names}) values ({places})", values)


def metric(connection: duckdb.DuckDBPyConnection, name: str, number: str, level: str = "strategic", **values: object):
    """A metric with its value of June; ``values`` go to metric_values."""
    insert(
        connection, "metrics.metric_catalogue", metric_name=name, number=number, label_en=f"Label {name}",
        label_zh=f"标签 {name}", description_en="d", description_zh="d", metric_type="simple", formula="f", level=level,
        module="finance", owner="finance", direction="higher_better", unit="money", additivity="additive",
        is_supporting=False, is_share_of_total=False, grains="month", dimensions="", invariants="I1",
        definition_version=1, is_available=True,
        lineage="", definition_path="x", run_id="r",
    )  # fmt: skip
    row = {
        "metric_name": name, "period_grain": "month", "period_start": date(2026, 6, 1), "dimension_name": "total",
        "dimension_value": "total", "variant": "default", "value": Decimal("1234567.89"), "unit": "money",
        "currency": "CNY", "change_type": "relative", "limit_status": "ok", "as_of": AS_OF, "definition_version": 1,
        "run_id": "r", "previous_value": Decimal("1000000"), "target_value": Decimal("1200000"),
    }  # fmt: skip
    insert(connection, "metrics.metric_values", **{**row, **values})


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    for name in metric_tables.TABLES:
        metric_tables.create(connection, name)
    metric(connection, "net_revenue", "62")
    metric(
        connection, "customer_retention_rate", "33", value=Decimal("0.912"), unit="rate", currency=None,
        change_type="points", previous_value=Decimal("0.9"), target_value=Decimal("0.95"), limit_status="critical",
        limit_value=Decimal("0.93"),
    )  # fmt: skip
    connection.execute(
        """
        create schema quality;
        create table quality.check_results (
            run_id varchar, check_name varchar, gate varchar, table_name varchar, source_system varchar,
            dimension varchar, severity varchar, owner varchar, passed boolean, checked_count bigint,
            failed_count bigint, failed_keys varchar[], reason varchar, reason_zh varchar, observed varchar,
            rule_version integer, judged_at timestamp
        );
        insert into quality.check_results values
            ('r', 'amount_positive', 'raw', 'erp_invoices', 'erp', 'validity', 'critical', 'finance', false, 100, 3,
             ['I1'], 'An amount is above zero', '金额应大于零', '3 of 100 rows', 1, '2026-06-30'),
            ('r', 'not_empty', 'marts', 'marts.customer_rfm', '', 'completeness', 'warning', 'sales', false, 1, 1, [],
             'It has rows', '应有数据', '0 rows', 1, '2026-06-30'),
            ('r', 'i8', 'invariant', 'core.customer_months', '', 'accuracy', 'critical', 'sales', true, 9, 0, [],
             'The bridge closes', '应平衡', '', 1, '2026-06-30');
        create table quality.quarantined_rows as
        select * from (values
            ('erp', 'erp_invoices', 'I1', 'amount_positive', 10.5::decimal(18, 2), 'Above zero', '金额应大于零', 1),
            ('erp', 'erp_invoices', 'I2', 'amount_positive', 20::decimal(18, 2), 'Above zero', '金额应大于零', 1),
            ('erp', 'erp_invoices', 'I2', 'currency_known', 20::decimal(18, 2), 'A currency', '币种', 2),
            ('crm', 'crm_leads', 'L1', 'created_at_possible_date', null, 'A date', '日期', 1)
        ) as t (source_system, entity, key, rule, amount, reason, reason_zh, rule_number);
        create table quality.reconciliation (
            scope varchar, month_start date, account_class varchar, measure varchar, currency varchar,
            ledger_amount decimal(18, 2), marts_amount decimal(18, 2), held_back_amount decimal(18, 2),
            difference_amount decimal(18, 2)
        );
        insert into quality.reconciliation values
            ('ledger', '2026-05-01', 'revenue', 'movement', 'CNY', 100, 100, 0, 0),
            ('ledger', '2026-06-01', 'revenue', 'movement', 'CNY', 250.5, 240, 10.5, 0),
            ('ledger', '2026-05-01', 'receivable', 'balance', 'CNY', 500, 500, 0, 0),
            ('ledger', '2026-06-01', 'receivable', 'balance', 'CNY', 700, 690, 10, 0),
            ('keys', null, null, 'keys', null, null, null, null, null)
        """
    )


def open_alert(connection: sa.Connection, number: int, **values: object) -> None:
    row = {
        "alert_id": number, "cause_key": "metric_limit:customer_retention_rate", "rule": "metric_limit",
        "owner_id": "sales", "severity": "critical", "size": 1, "reason_en": "r", "reason_zh": "r",
        "next_step_en": "n", "next_step_zh": "n", "items": "[]", "link": "l", "state": "open", "opened_at": MOMENT,
        "opened_run_id": "r", "last_seen_at": MOMENT, "last_seen_run_id": "r", "seen_count": 1,
    }  # fmt: skip
    connection.execute(alerts.insert().values(**{**row, **values}))


def load(seq: int, system: str, entity: str, run_id: str = "read-2", **values: object) -> LoadRecord:
    row = {
        "load_id": str(seq), "load_seq": seq, "run_id": run_id, "source_system": system, "kind": "erp",
        "entity": entity, "started_at": MOMENT, "finished_at": MOMENT, "loaded_at": MOMENT,
    }  # fmt: skip
    return LoadRecord(**{**row, **values})


def build(settings: Settings, language: str = "en", gate_passed: bool = True) -> None:
    """Publishes the company: two source systems, a breached limit of which one message went out and one did not, two
    owners' customers at risk, and failed checks."""
    company = f"name: Hengfeng\nname_zh: 恒丰\nreporting_currency: CNY\nlanguage: {language}\n"
    write_atomically(settings.config / "company.yml", company)
    loads = [
        load(1, "erp", "erp_orders", "read-1", rows_read=1000, new_versions=1000),
        load(2, "erp", "erp_orders", rows_read=20, new_versions=15, unchanged=5),
        load(3, "erp", "erp_invoices", rows_read=30, new_versions=29, rejected_rows=1, deletes=2),
        load(4, "crm", "crm_leads", status="failed", error="refused"),
    ]
    write_atomically(settings.raw / "manifest.json", RawManifest(load_seq=4, loads=loads).model_dump_json())
    store = open_store(settings)
    with writing(store) as connection:
        open_alert(connection, 7, title_en="Retention is low", title_zh="留存率偏低", money_at_risk=Decimal("5"))
        for number, (owner, margin) in enumerate((("U1", "100"), ("U2", "900")), start=8):
            open_alert(
                connection, number, cause_key=f"churn_warning:{owner}", rule="churn_warning", owner_id=owner,
                severity="warning", title_en=f"{owner}: customers at risk", title_zh=f"{owner}:客户有流失风险",
                money_at_risk=Decimal(margin),
            )  # fmt: skip
        open_alert(
            connection, 10, cause_key="failed_check:raw:erp", rule="failed_check", owner_id="finance",
            title_en="erp: 2 quality checks fail", title_zh="erp:2 项质量检查未通过",
        )  # fmt: skip
        for channel, status in (("mail", "failed"), ("screen", "sent")):
            connection.execute(
                deliveries.insert().values(
                    alert_id=7,
                    channel=channel,
                    address="",
                    kind="new",
                    status=status,
                    attempts=1,
                    queued_at=MOMENT,
                    queued_run_id="r",
                )
            )
    with duckdb.connect() as connection:
        fill(connection)
        publish(connection, store, settings, "run-1", as_of_date=AS_OF, gate_passed=gate_passed)
