"""Words of figures in alerts, reports and on the screen."""

from decimal import Decimal

import pytest

from warehouse.formats import dimension, figure
from warehouse.settings import PROJECT_ROOT
from warehouse.yaml_files import read_yaml

METRICS = PROJECT_ROOT / "dbt_project" / "models" / "semantic" / "metrics"


def test_every_dimension_of_a_metric_has_a_chinese_name():
    """An alert of a member names its dimension: in Chinese it said ageing_bucket."""
    metrics = [metric for path in sorted(METRICS.rglob("*.yml")) for metric in read_yaml(path).get("metrics", [])]
    names = {name for metric in metrics for name in metric["config"]["meta"].get("dimensions", [])}
    assert {"channel", "ageing_bucket"} <= names
    assert not {name for name in names if dimension(name, "zh") == name}


@pytest.mark.parametrize(
    ("value", "limit", "unit", "shown"),
    [
        ("60.04", "60", "days", "60.04 days"),
        ("60.4", "60", "days", "60.4 days"),
        ("0.74996", "0.75", "rate", "74.996 %"),
        ("0.74", "0.75", "rate", "74.0 %"),
        ("1000.2", "1000", "money", "1,000.2 CNY"),
        ("60", "60", "days", "60 days"),
        ("60.00000001", "60", "days", "60.0000 days"),
    ],
)
def test_what_is_beyond_a_limit_is_seen_to_be(value, limit, unit, shown):
    assert figure(Decimal(value), unit, "CNY", beside=Decimal(limit)) == shown
