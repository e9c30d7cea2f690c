"""What every model owes its reader, checked on the files: no dbt is started."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from warehouse.settings import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project" / "models"
SQL = sorted(MODELS.rglob("*.sql"))
PUBLISHED = [
    path for path in SQL if path.relative_to(MODELS).parts[0] in ("core", "marts") and not path.stem.startswith("int_")
]
UNPORTABLE = {
    "current_date, now()": r"\bcurrent_date\b|\bnow\(\)|\bcurrent_timestamp\b",
    "* exclude": r"\*\s*exclude\b",
    "string_agg, list_agg": r"\bstring_agg\b|\blistagg\b|\barray_agg\b",
    "interval arithmetic": r"\binterval\b\s+['\d]",
    "qualify": r"\bqualify\b",
    "date_diff, datediff": r"\bdate_diff\b|\bdatediff\b",
    "read_parquet": r"\bread_parquet\b|\bread_csv\b",
}


@cache
def _described(path: Path) -> dict[str, Any]:
    """The model's entry in the YAML file beside it."""
    beside = path.with_suffix(".yml")
    assert beside.exists(), f"{path.name} has no {beside.name} beside it: describe the model there"
    entries = {one["name"]: one for one in yaml.safe_load(beside.read_text(encoding="utf-8"))["models"]}
    assert path.stem in entries, f"{beside.name} describes {sorted(entries)}, not {path.stem}"
    return entries[path.stem]


def _name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", [path for path in SQL if "semantic" not in path.parts], ids=_name)
def test_a_model_is_described_beside_it_and_says_its_grain_first(path):
    assert _described(path)["description"].strip().startswith(("One row", "The ")), "begin with: One row per ..."


@pytest.mark.parametrize("path", PUBLISHED, ids=_name)
def test_a_published_table_has_contract_owner_chinese_label_and_described_typed_columns(path):
    model = _described(path)
    config = model["config"]
    assert config["contract"]["enforced"] is True
    assert config["meta"]["owner"] and re.search("[一-鿿]", config["meta"]["label_zh"])
    bare = [one["name"] for one in model["columns"] if not one.get("data_type") or not one.get("description")]
    assert not bare, f"columns without type or description: {bare}"


@pytest.mark.parametrize("path", PUBLISHED, ids=_name)
def test_the_grain_of_a_published_table_is_tested(path):
    tests = [next(iter(one)) if isinstance(one, dict) else one for one in _described(path).get("data_tests", [])]
    assert "unique_grain" in tests


@pytest.mark.parametrize("what", UNPORTABLE)
def test_no_model_holds_what_only_one_engine_understands(what):
    pattern = re.compile(UNPORTABLE[what], re.IGNORECASE)
    without_comments = {path.name: re.sub(r"--.*", "", path.read_text(encoding="utf-8")) for path in SQL}
    assert not [name for name, text in without_comments.items() if pattern.search(text)], "use a macro of engine.sql"


def test_only_staging_reads_the_change_log_except_where_its_past_is_asked_for():
    asking = {path.stem for path in SQL if re.search(r"raw_files|valid_versions", path.read_text(encoding="utf-8"))}
    past = {
        "int_customer_states",
        "int_agent_teams",
        "int_employee_teams",
        "int_cancellations",
        "int_contract_cancellations",
        "int_credit_limits",
    }
    assert {name for name in asking if not name.startswith("stg_")} <= past | {
        "int_opportunity_records",
        "int_opportunity_reopenings",
        "int_opportunity_stays",
        "int_held_back_entries",
        "int_invoice_disputes",
        "int_metric_timeliness",
    }


def test_every_entity_of_the_contract_has_its_staging_model():
    entities = {path.stem for path in (PROJECT_ROOT / "ingestion" / "contract").rglob("*.yml")}
    staged = {
        re.search(r"staging\('(\w+)'\)", path.read_text()).group(1) for path in SQL if path.stem.startswith("stg_")
    }
    assert staged == entities
