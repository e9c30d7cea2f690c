"""Owners that metrics, quality rules and schedules name, held against those that alert_routes.yml can tell."""

from collections.abc import Iterable, Iterator

from alerting.routes import FILE_NAME, AlertRoutes
from metrics.catalogue import Catalogue
from orchestration.schedule_lines import ScheduleLine
from quality.rulebook import EntityRules

REMEDY = f"Correct the name, or write a line for it under owners in {FILE_NAME}"


def of_metrics(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Each owner, with what names it."""
    return ((metric.governance.owner, f"metric {name}") for name, metric in catalogue.metrics.items())


def of_rules(tables: Iterable[EntityRules]) -> Iterator[tuple[str, str]]:
    return ((rule.owner, f"quality rule {table.name}.{rule.name}") for table in tables for rule in table.rules)


def of_schedules(lines: Iterable[ScheduleLine]) -> Iterator[tuple[str, str]]:
    return ((line.owner, f"schedule {line.name}") for line in lines)


def without_route(named: Iterable[tuple[str, str]], routes: AlertRoutes) -> Iterator[str]:
    """A sentence for each owner that nobody can tell, with the first that names it."""
    lost: dict[str, str] = {}
    for owner, where in named:
        if owner not in routes.owners:
            lost.setdefault(owner, where)
    for owner, where in lost.items():
        yield f"{where}: owner {owner} is not in {FILE_NAME}; {routes.default_owner} is told instead"
