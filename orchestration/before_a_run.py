"""What the doctor looks at beyond a company's folders: what a run reads before its first row, and the last run."""

from collections.abc import Iterable, Iterator

import dagster as dg

from alerting.channels import NotSent, check
from alerting.routes import load_routes
from ingestion.entities import load_contract
from ingestion.sources import load_sources
from metrics.catalogue import load_catalogue
from orchestration import owners, run_state
from orchestration.dbt_parse import ensure_manifest, manifest_path
from orchestration.last_failure import last_failure
from orchestration.running import running_now
from orchestration.schedule_lines import load_schedule_lines
from orchestration.schedules import build_schedules
from quality import rulebook
from warehouse.clock import business_today
from warehouse.company import load_company
from warehouse.doctor import Check, Finding
from warehouse.errors import CmwError
from warehouse.settings import Settings
from warehouse.tier_overrides import load_overrides
from warehouse.working_days import exceptions

LAST_RUN = "last run"


def _rules(settings: Settings) -> Iterator[Finding]:
    raw = rulebook.load_raw_rules(rulebook.RULES / "raw")
    marts = rulebook.load_mart_rules(rulebook.RULES / "marts")
    tables = [*raw.values(), *marts.values()]
    count = sum(len(rules.rules) for rules in tables)
    yield Finding("quality rules", "ok", f"{count:,} rules of {len(raw)} entities and {len(marts)} tables")
    yield from _unheard("quality rules", settings, owners.of_rules(tables))
    contract = load_contract()
    for entity, rules in raw.items():
        for rule in rules.rules:
            for column in rule.columns:
                if column.isidentifier() and column not in (*contract[entity].columns, "source_system"):
                    what = f"rule {rule.name} of {entity} looks at {column}, which the contract does not have"
                    yield Finding("quality rules", "error", what, f"Correct it in quality/rules/raw/{entity}.yml")


def _metrics(settings: Settings) -> Iterator[Finding]:
    """A changed project is parsed for it, but not beside a run, which parses it into the same folder."""
    if running_now(settings):
        yield Finding("metrics", "ok", "a run is under way, which reads the definitions itself")
        return
    if not manifest_path(settings).exists():
        yield Finding("metrics", "ok", "the first run reads the definitions")
        return
    catalogue = load_catalogue(ensure_manifest(settings))
    yield Finding("metrics", "ok", f"{len(catalogue.metrics)} definitions")
    yield from _unheard("metrics", settings, owners.of_metrics(catalogue))


def _unheard(area: str, settings: Settings, named: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    for sentence in owners.without_route(named, load_routes(settings)):
        yield Finding(area, "warning", sentence, owners.REMEDY)


def _routes(settings: Settings) -> Iterator[Finding]:
    routes = load_routes(settings)
    yield Finding("alert routes", "ok", f"{len(routes.owners)} owners are told")
    for name, channel in routes.channels.items():
        try:
            check(name, channel)
        except NotSent as reason:
            yield Finding("alert routes", "warning", f"Nothing can be sent: {reason}", f"Correct channel {name} in it")


def _calendar(settings: Settings) -> Iterator[Finding]:
    company = load_company(settings)
    today = business_today(settings, company)
    exceptions(company.calendar, today)
    yield Finding("calendar", "ok", f"public holidays of {company.calendar.country}")
    if told := run_state.went_back(settings, today):
        remedy = "Put the clock right: today_file, CMW_TODAY or the machine's; else the next run publishes that day"
        yield Finding("calendar", "warning", told, remedy)


def _sources(settings: Settings) -> Iterator[Finding]:
    found = load_sources(settings, load_company(settings))
    yield Finding("source files", "ok", ", ".join(source.source_system for source in found))


def _schedules(settings: Settings) -> Iterator[Finding]:
    lines = load_schedule_lines(settings)
    try:
        build_schedules(lines, load_company(settings).time_zone)
    except dg.DagsterError as error:
        what = f"{settings.config / 'schedules.yml'}: {' '.join(str(error).split())}"
        raise CmwError(what, "Correct that line") from None
    yield Finding("schedules", "ok", f"{len(lines)} schedules")
    yield from _unheard("schedules", settings, owners.of_schedules(lines))


def _overrides(settings: Settings) -> Iterator[Finding]:
    yield Finding("tier overrides", "ok", f"{len(load_overrides(settings).overrides)} decisions")


def _last_run(settings: Settings) -> Iterator[Finding]:
    failed = last_failure(settings)
    if failed is None:
        yield Finding(LAST_RUN, "ok", "no run has failed since the last good one")
    else:
        yield Finding(LAST_RUN, "warning", failed.sentence, "Put right what it says, then `cmw run`")


CHECKS: dict[str, Check] = {
    "calendar": _calendar,
    "alert routes": _routes,
    "quality rules": _rules,
    "metrics": _metrics,
    "source files": _sources,
    "schedules": _schedules,
    "tier overrides": _overrides,
    LAST_RUN: _last_run,
}
