"""dbt's tests as Dagster shows them."""

import dagster as dg

from orchestration.dbt_files import Translator


def test_a_failed_dbt_test_does_not_stop_the_run_on_its_way_to_the_gate():
    model = {"name": "fct_orders", "schema": "core", "resource_type": "model", "config": {"schema": "core"},
             "unique_id": "model.x.fct_orders", "fqn": ["x", "fct_orders"], "tags": [], "meta": {}, "columns": {},
             "original_file_path": "m.sql", "description": "", "depends_on": {"nodes": []}}  # fmt: skip
    test = {"name": "unique_grain", "resource_type": "test", "attached_node": "model.x.fct_orders", "fqn": ["x"],
            "unique_id": "test.x.1", "config": {"severity": "error"}, "meta": {}, "description": "",
            "depends_on": {"nodes": ["model.x.fct_orders"]}}  # fmt: skip
    manifest = {
        "nodes": {"model.x.fct_orders": model, "test.x.1": test}, "sources": {},
        "parent_map": {"test.x.1": ["model.x.fct_orders"]}, "metadata": {"adapter_type": "duckdb"},
    }  # fmt: skip
    table = dg.AssetSpec(["core", "fct_orders"])
    spec = Translator().get_asset_check_spec(table, manifest, "test.x.1", None)
    assert (spec.name, spec.blocking) == ("unique_grain", False)
