"""What is to be told, decided before publishing so that the published tables say it too."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import sqlalchemy as sa

from alerting.alert import Alert
from alerting.candidate import Candidate
from alerting.queueing import Person, queue_messages
from alerting.reconcile import reconcile
from alerting.routes import AlertRoutes, load_routes
from alerting.rules import churn_warnings, failed_checks, failed_runs, metric_limits, stale_sources
from alerting.rules.reading import has_table, rows
from warehouse.clock import business_today, load_time
from warehouse.company import Company
from warehouse.freshness import Promise
from warehouse.operational_store import writing
from warehouse.raw_manifest import read_manifest
from warehouse.settings import Settings
from warehouse.tables_alerts import alerts


def decide(
    connection: duckdb.DuckDBPyConnection,
    store: sa.Engine,
    settings: Settings,
    company: Company,
    promises: Mapping[str, Promise],
    run_id: str,
    gate_passed: bool = True,
) -> list[Alert]:
    """Judges every rule on the working file, keeps the alerts and queues messages; returns alerts not closed.

    Args:
        promises: what each source system's file says of it.
        gate_passed: whether the figures of this run are published. Of figures that nobody can see nobody is told:
            what was told of those published stays as it is.
    """
    routes = load_routes(settings)
    today, moment = business_today(settings, company), load_time(settings, company)
    currency = company.reporting_currency
    found: dict[str, list[Candidate] | None] = {
        metric_limits.RULE: metric_limits.find(connection, today) if gate_passed else None,
        failed_checks.RULE: failed_checks.find(connection, today),
        churn_warnings.RULE: churn_warnings.find(connection, currency, today) if gate_passed else None,
        stale_sources.RULE: _stale(settings, company, routes, promises),
        # A run that comes as far as this has not failed: what earlier ones failed of is over.
        failed_runs.RULE: [],
    }
    candidates = [candidate for part in found.values() for candidate in part or []]
    judged = {rule for rule, part in found.items() if part is not None}
    people = _people(connection)
    with writing(store) as transaction:
        reconcile(transaction, candidates, judged, moment, run_id, routes)
        queue_messages(transaction, routes, people, moment, run_id)
        return _current(transaction)


def decide_outside_a_run(
    store: sa.Engine,
    settings: Settings,
    company: Company,
    candidates: Sequence[Candidate],
    run_id: str,
    judged: frozenset[str] = frozenset(),
) -> list[Alert]:
    """For sensors: adds candidates, and closes alerts only of the rules that were ``judged`` completely."""
    routes, moment = load_routes(settings), load_time(settings, company)
    with writing(store) as transaction:
        reconcile(transaction, candidates, set(judged), moment, run_id, routes)
        queue_messages(transaction, routes, None, moment, run_id)
        return _current(transaction)


def report_failed_run(
    store: sa.Engine, settings: Settings, company: Company, *, job: str, run_id: str, reason: str
) -> list[Alert]:
    """Opens or renews the alert of a failed run; call ``deliver`` afterwards."""
    today = business_today(settings, company)
    candidate = failed_runs.find(job, run_id, reason, load_routes(settings), today)
    return decide_outside_a_run(store, settings, company, [candidate], run_id)


def report_failed_checks(
    store: sa.Engine, settings: Settings, company: Company, results: Sequence[dict[str, Any]], run_id: str
) -> list[Alert]:
    """Opens or renews alerts of checks that failed in a run which did not come as far as alerts.

    ``results`` have the columns of quality.check_results. Call ``deliver`` afterwards.
    """
    candidates = failed_checks.from_results(results, business_today(settings, company))
    return decide_outside_a_run(store, settings, company, candidates, run_id) if candidates else []


def report_stale_sources(
    store: sa.Engine, settings: Settings, company: Company, promises: Mapping[str, Promise], run_id: str
) -> list[Alert]:
    """Opens, renews or closes the alerts of sources that bring nothing; call ``deliver`` afterwards."""
    candidates = _stale(settings, company, load_routes(settings), promises)
    judged = frozenset({stale_sources.RULE})
    return decide_outside_a_run(store, settings, company, candidates, run_id, judged)


def _stale(
    settings: Settings, company: Company, routes: AlertRoutes, promises: Mapping[str, Promise]
) -> list[Candidate]:
    today, moment = business_today(settings, company), load_time(settings, company)
    return stale_sources.find(read_manifest(settings).loads, promises, routes, company, moment, today)


def _current(transaction: sa.Connection) -> list[Alert]:
    query = sa.select(alerts).where(alerts.c.state != "closed").order_by(alerts.c.severity, alerts.c.alert_id)
    return [Alert.from_row(row) for row in transaction.execute(query).mappings()]


def _people(connection: duckdb.DuckDBPyConnection) -> dict[str, Person]:
    """The CRM's users by id; the addresses of the active ones never leave the operational store."""
    if not has_table(connection, "staging", "stg_crm__users"):
        return {}
    query = (
        "select user_id, coalesce(min(full_name), '') as full_name, "
        "coalesce(min(email) filter (email like '%_@_%' and coalesce(is_active, true)), '') as email "
        "from staging.stg_crm__users group by user_id"
    )
    return {row["user_id"]: Person(row["full_name"], row["email"]) for row in rows(connection, query)}
