"""What lies between a metric and the facts has a fingerprint, and is known to depend on the company's settings."""

import copy
import json

import pytest

from metrics.catalogue import load_catalogue
from metrics.settings_used import settings_fingerprint, settings_of
from metrics.sql_below import SqlBelow
from warehouse.company import Company


def model(name: str, sql: str, *parents: str, macros: tuple[str, ...] = ()) -> dict:
    return {"name": name, "raw_code": sql, "depends_on": {"nodes": list(parents), "macros": list(macros)}}


MANIFEST = {
    "metadata": {"project_name": "p"},
    "metrics": {
        "metric.p.share": {"name": "share", "depends_on": {"nodes": ["metric.p.part"]}},
        "metric.p.part": {"name": "part", "depends_on": {"nodes": ["semantic_model.p.scores"]}},
    },
    "semantic_models": {"semantic_model.p.scores": {"name": "scores", "depends_on": {"nodes": ["model.p.scores"]}}},
    "nodes": {
        "model.p.scores": model(
            "scores", "select 1 {{ weights() }}", "model.p.int_a", "seed.p.curves", macros=("macro.p.weights",)
        ),
        "model.p.int_a": model("int_a", "select active_days from x", "model.p.fct_a"),
        "model.p.fct_a": model("fct_a", "select reporting_currency", "model.p.stg_a"),
        "model.p.stg_a": model("stg_a", "select time_zone, run_id"),
        "seed.p.curves": {"name": "curves", "checksum": {"checksum": "one"}, "depends_on": {"nodes": []}},
    },
    "macros": {
        "macro.p.weights": {
            "package_name": "p", "macro_sql": "'health_weight_' ~ name", "depends_on": {"macros": ["macro.p.inner"]},
        },
        "macro.p.inner": {"package_name": "p", "macro_sql": "x", "depends_on": {"macros": ["macro.dbt.other"]}},
        "macro.dbt.other": {"package_name": "dbt", "macro_sql": "y", "depends_on": {"macros": []}},
    },
}  # fmt: skip


def fingerprint(*path: str, to: str = "") -> str:
    manifest = copy.deepcopy(MANIFEST)
    if path:
        *folders, last = path
        found = manifest
        for folder in folders:
            found = found[folder]
        found[last] = to
    return SqlBelow(manifest).of("metric.p.share")[0]


@pytest.mark.parametrize(
    "path",
    [
        ("nodes", "model.p.scores", "raw_code"),
        ("nodes", "model.p.int_a", "raw_code"),
        ("nodes", "seed.p.curves", "checksum", "checksum"),
        ("macros", "macro.p.weights", "macro_sql"),
        ("macros", "macro.p.inner", "macro_sql"),
    ],
)
def test_sql_seeds_and_macros_between_it_and_the_facts_count(path):
    assert fingerprint(*path, to="other") != fingerprint()


@pytest.mark.parametrize(
    "path",
    [
        ("nodes", "model.p.fct_a", "raw_code"),
        ("nodes", "model.p.stg_a", "raw_code"),
        ("macros", "macro.dbt.other", "macro_sql"),
    ],
)
def test_facts_and_dbts_own_macros_do_not(path):
    assert fingerprint(*path, to="other") == fingerprint()


def test_comments_and_white_space_change_nothing():
    written = "{# why #}\nselect   active_days -- the window\nfrom x"
    assert fingerprint("nodes", "model.p.int_a", "raw_code", to=written) == fingerprint()


def test_settings_are_those_that_anything_upstream_reads_also_by_the_first_part_of_their_names():
    used = SqlBelow(MANIFEST).of("metric.p.share")[1]
    assert {"active_days", "reporting_currency", "time_zone", "health_weight_orders"} <= set(used)
    assert "run_id" not in used and "tier_a_share" not in used


def test_another_window_or_weight_is_another_metric_and_another_name_is_not(product_manifest):
    """Read from the manifest as it is: no formula has to be remembered for it."""
    below = SqlBelow(json.loads(product_manifest.read_text("utf-8")))
    weights = {name for name in below.of("metric.customer_metrics.health_score")[1] if name.startswith("health_weight")}
    assert len(weights) == 5
    assert "active_days" in below.of("metric.customer_metrics.customer_churn_rate")[1]


def test_the_fingerprint_of_settings_changes_with_a_setting_that_is_used(built_home):
    from dataclasses import replace

    metric = load_catalogue(built_home / "dbt" / "manifest.json").get("retention_rate")
    metric = replace(metric, settings_used=("active_days",))
    company = Company(name="A", reporting_currency="CNY")

    def of(**changes) -> str:
        return settings_fingerprint(metric, settings_of(company.model_copy(update=changes)))

    assert of(name="B", capital_charge_rate=1) == of()
    assert of(profile="b2c") != of()
