"""The certificate of a run: what came in, what was held back, what failed, what it all comes to.

It is read from the published version, so that it says what readers see; only whether a message
went out comes from the operational store, because messages follow the publishing.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from rich.console import Console

from reporting import certificate_alerts
from reporting import certificate_queries as queries
from reporting.certificate_parts import (
    Alerted,
    BreachedLimit,
    CustomersAtRisk,
    FailedCheck,
    Headline,
    HeldBack,
    LedgerTie,
    Loaded,
    NextLook,
)
from reporting.certificate_text import to_markdown, to_screen
from warehouse.company import Company, load_company
from warehouse.durable_files import write_atomically
from warehouse.published import current_version, open_published
from warehouse.settings import Settings
from warehouse.versions import Version, read_version


@dataclass(frozen=True)
class Certificate:
    """One published version in figures. Money is in ``currency``, the reporting currency."""

    company: str
    language: str
    currency: str
    version: Version
    loaded: tuple[Loaded, ...]
    held_back: tuple[HeldBack, ...]
    failed_checks: tuple[FailedCheck, ...]
    checks_passed: int
    ledger: tuple[LedgerTie, ...]
    headlines: tuple[Headline, ...]
    limits: tuple[BreachedLimit, ...]
    at_risk: CustomersAtRisk | None
    alerts: tuple[Alerted, ...]
    next_looks: tuple[NextLook, ...]

    def as_dict(self) -> dict[str, object]:
        """For programs: decimals and dates as text."""
        return json.loads(json.dumps(asdict(self), default=_plain))


def build(settings: Settings, company: Company | None = None) -> Certificate:
    """The certificate of the current version. Raises CmwError when nothing is published."""
    company = company or load_company(settings)
    with open_published(settings) as connection:
        version = read_version(current_version(settings))
        passed, failed = queries.checks(connection)
        alerts = certificate_alerts.alerts(connection, settings)
        return Certificate(
            company=company.name_zh if company.language == "zh" and company.name_zh else company.name,
            language=company.language,
            currency=company.reporting_currency,
            version=version,
            loaded=queries.loaded(connection),
            held_back=queries.held_back(connection),
            failed_checks=failed,
            checks_passed=passed,
            ledger=queries.ledger(connection),
            headlines=queries.headlines(connection),
            limits=certificate_alerts.breached_limits(connection, alerts),
            at_risk=certificate_alerts.customers_at_risk(connection, alerts),
            alerts=alerts,
            next_looks=_next_looks(settings),
        )


def render(certificate: Certificate, console: Console) -> None:
    """Shows it on a terminal."""
    to_screen(certificate, console)


def write(settings: Settings, certificate: Certificate) -> Path:
    """Keeps it as reports/<run>.md and .json below CMW_HOME; returns the Markdown file's path."""
    path = settings.home / "reports" / f"{certificate.version.run_id}.md"
    write_atomically(path, to_markdown(certificate))
    write_atomically(path.with_suffix(".json"), json.dumps(certificate.as_dict(), ensure_ascii=False, indent=1))
    return path


def _next_looks(settings: Settings) -> tuple[NextLook, ...]:
    current = settings.published / "current"
    page = settings.home / "reports" / "metric_catalogue.html"
    pages = [NextLook("every metric with its chart", "全部指标与走势图", str(page))] if page.exists() else []
    return (
        NextLook("every published table", "全部已发布的表", str(current / "customer_metrics.duckdb")),
        NextLook("the same as Parquet", "同样的表,Parquet 格式", str(current / "parquet")),
        NextLook("open alerts", "未处理的告警", "cmw alerts list"),
        NextLook("what failed, with keys", "未通过的检查与主键", "cmw quality report"),
        *pages,
        NextLook("a metric and its definition", "指标与定义", "cmw metrics show net_revenue"),
        NextLook("the run as a graph", "运行图", "make dev"),
    )


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
