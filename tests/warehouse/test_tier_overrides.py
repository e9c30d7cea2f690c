"""Tiers that people decide: what the file may say, and what reaches dbt."""

from datetime import date

import pyarrow.parquet as pq
import pytest

from warehouse import run_context, tier_overrides
from warehouse.company import Company, WarningLimits
from warehouse.errors import CmwError
from warehouse.settings import Settings

ONE = """
  - {source_system: erp, entity: erp_customers, source_key: "100", tier: A, valid_from: 2026-01-01,
     valid_until: 2026-06-30, reason: reference customer, decided_by: head of sales}
"""


@pytest.fixture
def settings(tmp_path) -> Settings:
    (tmp_path / "config").mkdir()
    return Settings(config=tmp_path / "config", home=tmp_path / "home")


def decide(settings: Settings, text: str) -> None:
    (settings.config / "tier_overrides.yml").write_text(f"overrides: {text}\n", encoding="utf-8")


def test_without_the_file_nobody_is_overridden_and_dbt_finds_an_empty_table(settings):
    assert pq.read_table(tier_overrides.write(settings)).num_rows == 0


def test_every_run_hands_the_decisions_to_dbt(settings):
    decide(settings, ONE)
    run_context.write(settings, Company(name="Test", reporting_currency="CNY"), "run", date(2026, 6, 30))
    (row,) = pq.read_table(settings.home / "tier_overrides.parquet").to_pylist()
    assert (row["source_key"], row["tier"], str(row["valid_until"])) == ("100", "A", "2026-06-30")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (ONE.replace("reason: reference customer, ", ""), "reason"),
        (ONE.replace("valid_until: 2026-06-30, ", ""), "valid_until"),
        (ONE.replace("2026-06-30", "2025-06-30"), "lies before"),
        (ONE.replace("tier: A", "tier: D"), "tier"),
        (ONE + ONE.replace("2026-01-01", "2026-06-30").replace("until: 2026-06-30", "until: 2026-12-31"), "2026-06-30"),
    ],
    ids=["no reason", "no last day", "ends before it begins", "no such tier", "two on one day"],
)
def test_a_decision_that_is_not_complete_is_refused_with_the_key_at_fault(settings, wrong, said):
    decide(settings, wrong)
    with pytest.raises(CmwError, match=said):
        tier_overrides.load_overrides(settings)


@pytest.mark.parametrize("key", ["00100", "100", '"100"', "1_000", "9:00"])
def test_a_key_is_what_is_written(settings, key):
    decide(settings, ONE.replace('"100"', key))
    assert tier_overrides.load_overrides(settings).overrides[0].source_key == key.strip('"')


def test_two_decisions_may_follow_one_another(settings):
    decide(settings, ONE + ONE.replace("2026-01-01", "2026-07-01").replace("2026-06-30", "2026-12-31"))
    assert len(tier_overrides.load_overrides(settings).overrides) == 2


def test_the_contact_plan_takes_tiers_out_and_gives_the_others_the_plain_limit():
    assert WarningLimits().contact_limits() == {"A": 15, "B": 0, "C": 0, "unranked": 0}
    plan = WarningLimits(days_without_contact=20, contact_days={"A": 45, "C": 0})
    assert plan.contact_limits() == {"A": 45, "B": 20, "C": 0, "unranked": 20}


def test_the_contact_plan_reaches_dbt():
    company = Company(name="T", reporting_currency="CNY", warnings=WarningLimits(contact_days={"A": 45, "B": 0}))
    row = run_context.context_row(company, "run", date(2026, 6, 30))
    assert [row[f"limit_contact_days_{tier}"] for tier in ("a", "b", "c", "unranked")] == [45, 0, 15, 15]
