"""What a broken table feeds is left out by dbt; the steps after it run, and a run that skips a step says so."""

import dagster as dg

from orchestration.assets.dbt import _kept
from orchestration.execute import _left_out

TABLES = [
    dg.AssetSpec(["core", "fct_orders"], skippable=True),
    dg.AssetSpec(["core", "fct_activities"], skippable=True),
    # by its name it would come before what it is made of
    dg.AssetSpec(["core", "activities_by_month"], skippable=True, deps=[["core", "fct_activities"]]),
]


@dg.asset(deps=TABLES)
def published() -> None:
    """Needs every table."""


def _run(keeps: bool) -> dg.ExecuteInProcessResult:
    """dbt builds one of three tables."""

    @dg.multi_asset(specs=TABLES, can_subset=True)
    def warehouse(context: dg.AssetExecutionContext):
        yield dg.Output(None, output_name="core__fct_orders")
        if keeps:
            yield from _kept(context, {dg.AssetKey(["core", "fct_orders"])})

    return dg.materialize([warehouse, published])


def test_the_steps_after_a_table_that_was_left_out_run_all_the_same():
    result = _run(keeps=True)
    assert result.success
    assert _left_out(result) == ""
    *_, first, second = result.asset_materializations_for_node("warehouse")
    assert [kept.asset_key.path[-1] for kept in (first, second)] == ["fct_activities", "activities_by_month"]
    assert "last values" in first.metadata["kept"].value
    assert result.asset_materializations_for_node("published")


def test_a_run_of_which_dagster_skipped_a_step_is_no_success():
    result = _run(keeps=False)
    assert result.success, "as Dagster sees it"
    assert _left_out(result) == "Step published did not run, because what it needs was not made"
