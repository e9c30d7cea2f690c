"""dbt's tests of grains, judged together behind dbt where a step builds everything.

They are half of all that dbt would run, and a node of dbt costs far more than what it asks (decision 0023). Somebody
who launches one of them in Dagster has dbt itself run it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from orchestration.dbt_files import Translator
from quality.grains import unnamed_groups
from warehouse import working_file
from warehouse.settings import Settings

LEFT_TO_US = "test_name:unique_grain"
Result = dict[str, Any]


def judge(settings: Settings, manifest: Mapping[str, Any], built: Iterable[str]) -> list[Result]:
    """A result for each grain of the tables just built, in the form of dbt's own (status, failures, message)."""
    names = set(built)
    with working_file.connect(settings) as connection:
        return [_judge(connection, manifest, test) for test in _tests(manifest) if test["attached_node"] in names]


def _tests(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for node in manifest["nodes"].values():
        if (node.get("test_metadata") or {}).get("name") == "unique_grain":
            yield node


def _judge(connection: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], test: Mapping[str, Any]) -> Result:
    model, columns = manifest["nodes"][test["attached_node"]], test["test_metadata"]["kwargs"]["columns"]
    try:
        failures = unnamed_groups(connection, f"{model['schema']}.{model['alias']}", columns)
    except duckdb.Error as error:
        return _result(test, "error", None, str(error).splitlines()[0])
    if not failures:
        return _result(test, "pass", 0, None)
    fatal = test["config"]["severity"].lower() == "error"
    return _result(test, "fail" if fatal else "warn", failures, f"Got {failures} results, configured to fail if != 0")


def _result(test: Mapping[str, Any], status: str, failures: int | None, message: str | None) -> Result:
    return {"unique_id": test["unique_id"], "status": status, "failures": failures, "message": message}


def as_events(manifest: Mapping[str, Any], results: Iterable[Result]) -> Iterator[dg.AssetCheckResult]:
    """What Dagster shows beside each table, as it would be if dbt had run the tests."""
    translator = Translator()  # one for all: it remembers
    for result in results:
        test = manifest["nodes"][result["unique_id"]]
        key = get_asset_check_key_for_test(manifest, translator, result["unique_id"], project=None)
        fatal = test["config"]["severity"].lower() == "error"
        yield dg.AssetCheckResult(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=result["status"] == "pass",
            severity=dg.AssetCheckSeverity.ERROR if fatal else dg.AssetCheckSeverity.WARN,
            metadata={"failed_row_count": result["failures"] or 0, "message": result["message"] or ""},
        )
