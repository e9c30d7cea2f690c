"""Words of figures in alerts, reports and on the screen."""

from warehouse.formats import dimension
from warehouse.settings import PROJECT_ROOT
from warehouse.yaml_files import read_yaml

METRICS = PROJECT_ROOT / "dbt_project" / "models" / "semantic" / "metrics"


def test_every_dimension_of_a_metric_has_a_chinese_name():
    """An alert of a member names its dimension: in Chinese it said ageing_bucket."""
    metrics = [metric for path in sorted(METRICS.rglob("*.yml")) for metric in read_yaml(path).get("metrics", [])]
    names = {name for metric in metrics for name in metric["config"]["meta"].get("dimensions", [])}
    assert {"channel", "ageing_bucket"} <= names
    assert not {name for name in names if dimension(name, "zh") == name}
