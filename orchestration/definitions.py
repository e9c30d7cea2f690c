"""Everything Dagster shows and runs: `dagster dev -m orchestration.definitions`, or build_defs() in tests."""

from typing import Any

import dagster as dg

from orchestration import environment
from orchestration.assets.dbt import build_dbt_assets
from orchestration.assets.gate_marts import check_results, mart_checks
from orchestration.assets.gate_raw import raw_checks
from orchestration.assets.identity import identity_resolved
from orchestration.assets.metrics import build_metrics_asset
from orchestration.assets.pages import metric_catalogue_page
from orchestration.assets.publish import alerts_decided, alerts_delivered, published
from orchestration.assets.records import CLOSED_MONTHS, HEALTH_HISTORY, closed_months, health_history
from orchestration.dbt_files import dbt_resource
from orchestration.dbt_parse import load_manifest
from orchestration.jobs import build_job
from orchestration.maintaining import maintain_job
from orchestration.reading import READ_AND_SHOW_JOB, READ_ASSETS, READ_SELECTION
from orchestration.resources import CompanyRun
from orchestration.schedule_lines import load_schedule_lines
from orchestration.schedules import build_schedules
from orchestration.sensors import SENSORS
from warehouse.company import load_company
from warehouse.settings import Settings

REBUILD = "rebuild"
REFRESH = "refresh"


def _mart_keys(dbt: list[dg.AssetsDefinition]) -> list[dg.AssetKey]:
    """The tables that semantic models read: every core and marts table."""
    return sorted(key for assets in dbt for key in assets.keys if key.path[0] in ("core", "marts"))


def build_defs(settings: Settings | None = None, overrides: dict[str, Any] | None = None) -> dg.Definitions:
    """The whole graph for one company; ``overrides`` replaces resources in tests."""
    settings = environment.prepare(settings)
    company = load_company(settings)
    dbt = build_dbt_assets(load_manifest(settings))
    assets = [
        *READ_ASSETS,
        raw_checks,
        *dbt,
        identity_resolved,
        build_metrics_asset(_mart_keys(dbt)),
        check_results,
        mart_checks,
        closed_months,
        health_history,
        alerts_decided,
        published,
        metric_catalogue_page,
        alerts_delivered,
    ]
    closing, weekly = dg.AssetSelection.assets(CLOSED_MONTHS), dg.AssetSelection.assets(HEALTH_HISTORY)
    refresh = dg.AssetSelection.all() - closing - weekly
    jobs = [
        READ_AND_SHOW_JOB,
        build_job(REBUILD, refresh - READ_SELECTION, "Rebuild from the change log, publish, tell people."),
        build_job(REFRESH, refresh, "Read, judge, rebuild, publish, tell people."),
        build_job("weekly_health", refresh | weekly, "A refresh that also keeps the week's health scores."),
        build_job("monthly_close", refresh | closing, "A refresh that also closes the months that can be closed."),
        maintain_job,
    ]
    return dg.Definitions(
        assets=assets,
        jobs=jobs,
        schedules=build_schedules(load_schedule_lines(settings), company.time_zone),
        sensors=SENSORS,
        executor=dg.in_process_executor,  # of what somebody runs by hand too
        resources={"run": CompanyRun(), "dbt": dbt_resource(settings), **(overrides or {})},
    )
