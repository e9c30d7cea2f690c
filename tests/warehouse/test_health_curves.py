"""The curves of the health score: a company's own ones reach dbt, and what is no curve is refused."""

from datetime import date

import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from warehouse import run_context
from warehouse.company import Company
from warehouse.settings import Settings

NAMED = {"name": "Test", "reporting_currency": "CNY"}


def pieces_of(tmp_path, company: Company) -> dict[str, list[tuple]]:
    settings = Settings(config=tmp_path / "config", home=tmp_path / "home")
    run_context.write(settings, company, "run", date(2026, 6, 30))
    found: dict[str, list[tuple]] = {}
    for row in pq.read_table(settings.home / "health_curves.parquet").to_pylist():
        found.setdefault(row.pop("component"), []).append(tuple(row.values()))
    return found


def test_two_companies_have_two_curves(tmp_path):
    own = Company(**NAMED, health_curves={"payment": {60: 0, 0: 100, "30.5": 80}})
    assert pieces_of(tmp_path, own)["payment"] == [(0, 30.5, 100, 80), (30.5, 60, 80, 0)]
    assert pieces_of(tmp_path, Company(**NAMED))["payment"][0] == (0, 7, 100, 85)


def test_a_curve_that_is_not_written_stays_the_default_one(tmp_path):
    own = pieces_of(tmp_path, Company(**NAMED, health_curves={"payment": {0: 100, 60: 0}}))
    default = pieces_of(tmp_path, Company(**NAMED))
    assert {name: own[name] for name in own if name != "payment"} == {
        name: default[name] for name in default if name != "payment"
    }


@pytest.mark.parametrize(
    ("curves", "words"),
    [
        ({"payment": {0: 100}}, "two measures"),
        ({"payment": {0: 101, 9: 0}}, "from 0 to 100"),
        ({"payment": {0: 100, 7: 20, 30: 60}}, "fall with the measure"),
        ({"margin": {0: 100, 0.1: 0}}, "rise with the measure"),
        ({"temper": {0: 100, 9: 0}}, "temper"),
    ],
)
def test_what_is_no_curve_is_refused(curves, words):
    with pytest.raises(ValidationError, match=words):
        Company(**NAMED, health_curves=curves)
