"""A company's warehouse tables, of the real shape, in which a test plants what is to be found."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import sqlalchemy as sa
import yaml

from alerting.alert import Alert
from alerting.decide import decide, report_stale_sources
from alerting.deliver import Delivery, deliver
from metrics import tables as metric_tables
from warehouse.company import Company
from warehouse.durable_files import write_atomically
from warehouse.freshness import Promise
from warehouse.operational_store import open_store
from warehouse.raw_manifest import LoadRecord, RawManifest
from warehouse.settings import Settings

AS_OF = date(2026, 6, 30)
CHECKS = """
create schema quality;
create table quality.check_results (
    run_id varchar, check_name varchar, gate varchar, table_name varchar, source_system varchar, dimension varchar,
    severity varchar, owner varchar, passed boolean, checked_count bigint, failed_count bigint, failed_keys varchar[],
    reason varchar, reason_zh varchar, observed varchar, rule_version integer, judged_at timestamp
);
create schema marts;
create table marts.churn_warnings (
    customer_key varchar, customer_name varchar, owner_id varchar, owner_name varchar, primary_reason varchar,
    primary_reason_en varchar, primary_reason_zh varchar, reasons varchar, reasons_en varchar, reasons_zh varchar,
    risk_band varchar, margin_at_risk decimal(18, 2), revenue_at_risk decimal(18, 2),
    open_receivable decimal(18, 2), next_step_en varchar, next_step_zh varchar, has_owner_left boolean,
    health_score decimal(9, 4), weakest_component varchar, complaints_30_days bigint, days_without_order bigint,
    days_without_follow_up bigint, days_without_contact bigint
);
create schema staging;
create table staging.stg_crm__users (user_id varchar, email varchar, is_active boolean, full_name varchar);
"""


@dataclass
class World:
    """One company with a clock that the test moves."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    store: sa.Engine
    lines: list[str] = field(default_factory=list)
    run: int = 0
    loads: list[LoadRecord] = field(default_factory=list)
    language: str = "en"
    promises: dict[str, Promise] = field(
        default_factory=lambda: {system: Promise(timedelta(hours=24)) for system in ("crm", "erp")}
    )

    @property
    def company(self) -> Company:
        return Company(name="Test", reporting_currency="CNY", language=self.language, today_file="today.txt")

    def routes(self, **changes: Any) -> None:
        """Writes alert_routes.yml: every owner to the screen and a file, with the changes given."""
        routes = {
            "channels": {"screen": {"kind": "console"}, "outbox": {"kind": "file", "path": "outbox/alerts.md"}},
            "default_owner": "desk",
            "owners": {name: {"channels": ["screen"]} for name in ("desk", "sales", "data-platform")},
        }
        write_atomically(self.settings.config / "alert_routes.yml", yaml.safe_dump({**routes, **changes}))

    def today(self, day: date) -> None:
        write_atomically(self.settings.home / "today.txt", day.isoformat())

    def decide(self, gate_passed: bool = True) -> list[Alert]:
        self.run += 1
        run_id = f"run-{self.run}"
        return decide(self.connection, self.store, self.settings, self.company, self.promises, run_id, gate_passed)

    def judge_sources(self) -> list[Alert]:
        """As a sensor does, or a run with nothing new."""
        return report_stale_sources(self.store, self.settings, self.company, self.promises, "sensor")

    def deliver(self) -> list[Delivery]:
        return deliver(self.store, self.settings, self.company, f"run-{self.run}", self.lines.append)

    def insert(self, table: str, **values: Any) -> None:
        names, places = ", ".join(values), ", ".join(f"${name}" for name in values)
        self.connection.execute(f"insert into {table} ({names}) values ({places})", values)

    def metric(self, name: str = "customer_churn_rate", **values: Any) -> None:
        """One value, with its catalogue entry when it is the first of that metric."""
        row = {
            "metric_name": name, "period_grain": "month", "period_start": date(2026, 6, 1), "dimension_name": "total",
            "dimension_value": "total", "variant": "default", "value": Decimal("0.12"), "unit": "rate",
            "change_type": "points", "limit_status": "critical", "as_of": AS_OF, "definition_version": 1,
            "run_id": "run",
        }  # fmt: skip
        catalogue = {
            "label_en": "Customer churn rate", "label_zh": "客户流失率", "description_en": "d", "description_zh": "d",
            "metric_type": "ratio", "formula": "f", "level": "strategic", "module": "retention", "owner": "sales",
            "direction": "lower_better", "unit": "rate", "additivity": "ratio", "is_supporting": False,
            "is_share_of_total": False,
            "grains": "month", "dimensions": "", "limits": "critical 0.10 (test)", "invariants": "I1",
            "definition_version": 1, "action_en": "Call them", "action_zh": "联系客户", "lineage": "",
            "is_available": True,
            "definition_path": "x", "run_id": "run",
        }  # fmt: skip
        catalogue |= {key: values.pop(key) for key in list(values) if key in catalogue and key != "unit"}
        known = "select 1 from metrics.metric_catalogue where metric_name = $1"
        if self.connection.execute(known, [name]).fetchone() is None:
            self.insert("metrics.metric_catalogue", metric_name=name, **catalogue)
        self.insert("metrics.metric_values", **{**row, **values})

    def check(self, name: str = "amount_positive", **values: Any) -> None:
        row = {
            "run_id": f"run-{self.run + 1}", "check_name": name, "gate": "raw", "table_name": "erp_invoices",
            "source_system": "erp", "dimension": "validity", "severity": "critical", "owner": "data-platform",
            "passed": False, "checked_count": 100, "failed_count": 3, "failed_keys": ["I1", "I2", "I3"],
            "reason": "An amount is above zero", "reason_zh": "金额应大于零", "observed": "3 rows",
            "rule_version": 1, "judged_at": datetime(2026, 6, 30, self.run),
        }  # fmt: skip
        self.insert("quality.check_results", **{**row, **values})

    def warning(self, customer: str, owner: str = "U1", margin: str = "1000", **values: Any) -> None:
        row = {
            "customer_key": customer, "customer_name": f"Name {customer}", "owner_id": owner, "owner_name": "Ann",
            "primary_reason": "no_order", "primary_reason_en": "no order", "primary_reason_zh": "长期未下单",
            "reasons": "no_order", "reasons_en": "no order for 180 days", "reasons_zh": "180 天未下单",
            "risk_band": "fair", "margin_at_risk": Decimal(margin), "revenue_at_risk": Decimal("9000"),
            "open_receivable": Decimal("50"), "next_step_en": "Visit them", "next_step_zh": "上门拜访",
        }  # fmt: skip
        self.insert("marts.churn_warnings", **{**row, **values})

    def load(self, system: str = "erp", entity: str = "erp_orders", **values: Any) -> None:
        moment = datetime(2026, 6, 30, 12)
        row = {
            "load_id": str(len(self.loads)), "load_seq": len(self.loads) + 1, "run_id": "r", "source_system": system,
            "kind": "erp", "entity": entity, "started_at": moment, "finished_at": moment, "loaded_at": moment,
        }  # fmt: skip
        self.loads.append(LoadRecord(**{**row, **values}))
        manifest = RawManifest(load_seq=len(self.loads), loads=self.loads)
        write_atomically(self.settings.raw / "manifest.json", manifest.model_dump_json())


def build(settings: Settings, connection: duckdb.DuckDBPyConnection) -> World:
    for name in metric_tables.TABLES:
        metric_tables.create(connection, name)
    connection.execute(CHECKS)
    world = World(settings, connection, open_store(settings))
    world.routes()
    world.today(AS_OF)
    return world
