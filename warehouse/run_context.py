"""The one-row file through which dbt learns the company's settings and the day it computes for.

A file and not dbt variables: a changed variable makes dbt parse the whole project again, and a
model that joins it can be unit-tested with any setting.
"""

from datetime import date
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import alert_history, health_curves, tier_overrides, working_days
from warehouse.clock import business_today
from warehouse.company import Company, WarningRule
from warehouse.settings import Settings
from warehouse.yaml_files import read_yaml

RATE = pa.decimal128(9, 6)
_NO_LIMITS = {"contact_days", "reasons_only"}
SCHEMA = pa.schema(
    [
        ("as_of_date", pa.date32()),
        ("run_id", pa.string()),
        ("company_name", pa.string()),
        ("reporting_currency", pa.string()),
        ("ledger_currency", pa.string()),
        ("source_ledger_currencies", pa.string()),  # such as ,erp:CNY,erp_uk:GBP,
        ("time_zone", pa.string()),
        ("profile", pa.string()),
        ("fiscal_year_start_month", pa.int64()),
        ("working_day_opens_minute", pa.int64()),
        ("working_day_closes_minute", pa.int64()),
        ("working_weekdays", pa.string()),  # ISO numbers, such as 12345
        ("working_day_exceptions", pa.string()),
        ("contract_grace_days", pa.int64()),
        ("project_active_days", pa.int64()),
        ("shop_active_days", pa.int64()),
        ("active_days", pa.int64()),
        ("history_is_complete", pa.bool_()),
        ("minimum_base", pa.int64()),
        ("exchange_rate_max_age_days", pa.int64()),
        ("capital_charge_rate", RATE),
        ("tier_a_share", RATE),
        ("tier_b_share", RATE),
        ("health_weight_orders", RATE),
        ("health_weight_payment", RATE),
        ("health_weight_complaints", RATE),
        ("health_weight_interaction", RATE),
        ("health_weight_margin", RATE),
        ("limit_days_without_contact", pa.int64()),
        ("limit_contact_days_a", pa.int64()),
        ("limit_contact_days_b", pa.int64()),
        ("limit_contact_days_c", pa.int64()),
        ("limit_contact_days_unranked", pa.int64()),
        ("limit_days_without_follow_up", pa.int64()),
        ("limit_days_without_order_key_account", pa.int64()),
        ("limit_complaints_in_30_days", pa.int64()),
        ("limit_health_score", pa.int64()),
        ("limit_health_drop", pa.int64()),
        *((f"warns_{rule}", pa.bool_()) for rule in get_args(WarningRule)),
    ]
)


def context_path(settings: Settings) -> Path:
    return settings.home / "run_context.parquet"


def context_row(company: Company, run_id: str, as_of: date, ledgers: str = ",") -> dict[str, object]:
    """The values of the one row, by column name; ``ledgers`` are the sources' own ledger currencies."""
    return {
        "as_of_date": as_of,
        "run_id": run_id,
        "company_name": company.name,
        "reporting_currency": company.reporting_currency,
        "ledger_currency": company.ledger_currency or company.reporting_currency,
        "source_ledger_currencies": ledgers,
        "time_zone": company.time_zone,
        "profile": company.profile,
        "fiscal_year_start_month": company.fiscal_year_start_month,
        "working_day_opens_minute": company.calendar.opens.hour * 60 + company.calendar.opens.minute,
        "working_day_closes_minute": company.calendar.closes.hour * 60 + company.calendar.closes.minute,
        "working_weekdays": "".join(str(number) for number in company.calendar.working_days),
        "working_day_exceptions": working_days.exceptions(company.calendar, as_of),
        "contract_grace_days": company.contract_grace_days,
        "project_active_days": company.project_active_days,
        "shop_active_days": company.shop_active_days,
        "active_days": company.active_days,
        "history_is_complete": company.history_is_complete,
        "minimum_base": company.minimum_base,
        "exchange_rate_max_age_days": company.exchange_rate_max_age_days,
        "capital_charge_rate": company.capital_charge_rate,
        "tier_a_share": company.tiers.a_share,
        "tier_b_share": company.tiers.b_share,
        **{f"health_weight_{name}": weight for name, weight in company.health.model_dump().items()},
        **{f"limit_{name}": limit for name, limit in company.warnings.model_dump(exclude=_NO_LIMITS).items()},
        **{f"limit_contact_days_{tier.lower()}": days for tier, days in company.warnings.contact_limits().items()},
        **{f"warns_{rule}": warns for rule, warns in company.warnings.warns().items()},
    }


def source_ledgers(settings: Settings) -> str:
    """Each source's ledger currency, where its file names one; of the rest of the file dbt learns nothing."""
    files = [read_yaml(path) for path in sorted((settings.config / "sources").glob("*.yml"))]
    said = [file for file in files if isinstance(file, dict) and file.get("ledger_currency")]
    return "," + "".join(f"{file.get('source_system')}:{file['ledger_currency']}," for file in said)


def write(settings: Settings, company: Company, run_id: str, as_of: date | None = None) -> date:
    """Writes this file and those of the tier overrides and health curves; returns the day that the run computes for."""
    day = as_of or business_today(settings, company)
    row = context_row(company, run_id, day, source_ledgers(settings))
    table = pa.Table.from_pylist([row], schema=SCHEMA)
    path = context_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    pq.write_table(table, temporary)
    temporary.replace(path)
    tier_overrides.write(settings)
    health_curves.write(settings, company.health_curves)
    alert_history.ensure(settings)
    return day
