"""Closed figures that are known otherwise now: the amount exactly, the cause from what came after closing."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from metrics.catalogue import Catalogue, load_catalogue
from metrics.fill import fill_metric_values
from metrics.restatements import write_restatements
from warehouse.operational_store import open_store, writing
from warehouse.tables import as_reported_values
from warehouse.tables_identity import customer_key_history

CLOSED = datetime(2026, 2, 5, 15, 59, 59)
JANUARY, FEBRUARY, DECEMBER = date(2026, 1, 1), date(2026, 2, 1), date(2025, 12, 1)


@dataclass(frozen=True)
class Came:
    """Rows of orders that came after closing."""

    kind: str
    event_month: date
    rows: int = 1
    entity: str = "erp_orders"
    since: datetime = CLOSED


@pytest.fixture
def store(settings, monkeypatch):
    monkeypatch.delenv("CMW_OPERATIONAL_STORE", raising=False)
    engine = open_store(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def catalogue(settings) -> Catalogue:
    """The tiny project's metrics, each as if computed from the ERP's orders."""
    found = load_catalogue(settings.dbt_target / "manifest.json")
    metrics = {name: replace(metric, lineage=("orders", "stg_erp__orders")) for name, metric in found.metrics.items()}
    return replace(found, metrics=metrics)


def report(
    store,
    metric,
    value,
    month=JANUARY,
    dimension="total",
    member="total",
    version="1",
    variant="default",
    grain="month",
):
    with writing(store) as connection:
        connection.execute(
            sa.insert(as_reported_values),
            {
                "metric_name": metric, "period_grain": grain, "period_start": month, "dimension_name": dimension,
                "dimension_value": member, "variant": variant, "definition_version": version,
                "value": value and Decimal(value), "closed_at": CLOSED, "run_id": "closing",
            },
        )  # fmt: skip


def cause_in_total(rows: list[tuple]) -> str:
    [cause] = [row[-1] for row in rows if row[0] == "total"]
    return cause


def merge_a_customer(store):
    record = {"source_system": "erp", "entity": "erp_customers", "source_key": "1", "match_rule": "decided_by_person",
              "match_confidence": 1.0, "matched_on": "decision", "is_survivor": True}  # fmt: skip
    before = {**record, "customer_key": "C1", "valid_from": datetime(2026, 1, 1), "valid_to": datetime(2026, 3, 1)}
    after = {**record, "customer_key": "C0", "valid_from": datetime(2026, 3, 1), "valid_to": None}
    with writing(store) as connection:
        connection.execute(sa.insert(customer_key_history), [before, after])


@pytest.fixture
def restated(connection, settings, company, store, catalogue):
    """Fills the metrics and gives the restatements of one metric: (member, reported, restatement, known, cause)."""

    def look(metric: str, *came: Came) -> list[tuple]:
        fill_metric_values(connection, settings, company, "run-2")
        write_restatements(connection, store, catalogue, lambda moments: came, as_of=date(2026, 3, 15), run_id="run-2")
        return connection.execute(
            "select dimension_value, as_reported_value, restatement_value, as_known_value, cause"
            " from metrics.metric_restatements where metric_name = $1 order by all",
            [metric],
        ).fetchall()

    return look


def test_a_figure_as_it_was_reported_has_no_line(restated, store):
    report(store, "order_amount", "30.33")
    assert [row for row in restated("order_amount", Came("late_row", JANUARY)) if row[0] == "total"] == []


@pytest.mark.parametrize("kind", ["late_row", "credit_note"])
def test_what_came_for_the_month_is_the_cause(restated, store, kind):
    report(store, "order_amount", "35.33")
    rows = restated("order_amount", Came(kind, JANUARY), Came("late_row", FEBRUARY))
    assert ("total", Decimal("35.33"), Decimal("-5.00"), Decimal("30.33"), kind) in rows


def test_what_a_closed_month_is_known_to_differ_by_is_a_metric_of_its_own(
    restated, store, connection, catalogue, product_manifest, monkeypatch
):
    """In total and by cause; a closed month that is known as reported has 0, a balance is a variant by its name."""
    monkeypatch.setattr("metrics.restatement_amount.RESTATED", "order_amount")
    catalogue.metrics["restatement_amount"] = load_catalogue(product_manifest).get("restatement_amount")
    report(store, "order_amount", "35.33")
    report(store, "order_amount", "0", month=FEBRUARY)
    report(store, "receivable", "150.15")
    report(store, "receivable", "1", month=FEBRUARY)
    restated("order_amount", Came("credit_note", JANUARY))
    found = connection.execute(
        "select variant, period_start, dimension_value, value, previous_value, null_reason, currency"
        " from metrics.metric_values where metric_name = 'restatement_amount' order by all"
    ).fetchall()
    assert found == [
        ("default", JANUARY, "credit_note", Decimal(-5), None, None, "CNY"),
        ("default", JANUARY, "total", Decimal(-5), None, None, "CNY"),
        ("default", FEBRUARY, "total", Decimal(0), Decimal(-5), None, "CNY"),
        ("default", date(2026, 3, 1), "total", None, Decimal(0), "immature", "CNY"),
        ("receivable", JANUARY, "total", Decimal(0), None, None, "CNY"),
        ("receivable", FEBRUARY, "credit_note", Decimal(89), None, None, "CNY"),
        ("receivable", FEBRUARY, "total", Decimal(89), Decimal(0), None, "CNY"),
    ]


def test_several_kinds_are_mixed_and_named(restated, store, connection):
    report(store, "order_amount", "35.33")
    restated("order_amount", Came("late_row", JANUARY, 12), Came("credit_note", JANUARY, 2))
    found = connection.execute(
        "select cause, evidence from metrics.metric_restatements where dimension_name = 'total'"
    ).fetchall()
    assert found == [("mixed", "credit_note 2, late_row 12")]


def test_money_of_a_month_comes_from_other_months_only_where_its_own_has_nothing(restated, store):
    report(store, "order_amount", "35.33")
    came = Came("late_row", DECEMBER)
    assert cause_in_total(restated("order_amount", came, Came("credit_note", JANUARY))) == "credit_note"
    assert cause_in_total(restated("order_amount", came)) == "late_row"


def test_rows_of_later_months_are_named_only_when_nothing_else_came(restated, store):
    report(store, "order_count", "4")
    assert cause_in_total(restated("order_count", Came("late_row", FEBRUARY))) == "later_event"
    assert cause_in_total(restated("order_count", Came("late_row", FEBRUARY), Came("late_row", DECEMBER))) == "late_row"


def test_a_merge_explains_a_count_but_no_sum_of_money_in_total(restated, store):
    merge_a_customer(store)
    report(store, "order_count", "4")
    report(store, "order_amount", "35.33")
    assert cause_in_total(restated("order_count")) == "merge"
    assert cause_in_total(restated("order_amount")) == "unknown"


def test_a_merge_explains_a_sum_of_money_that_depends_on_who_is_who(restated, store, catalogue):
    """What was a first purchase is a second one, without a row having come."""
    metric = catalogue.metrics["order_amount"]
    governance = metric.governance.model_copy(update={"depends_on_identity": True})
    catalogue.metrics["order_amount"] = replace(metric, governance=governance)
    merge_a_customer(store)
    report(store, "order_amount", "35.33")
    assert cause_in_total(restated("order_amount")) == "merge"
    assert cause_in_total(restated("order_amount", Came("late_row", JANUARY))) == "mixed"


def test_a_new_version_of_the_definition_is_the_cause(restated, store):
    report(store, "retention_rate", "0.5", version="2")
    rows = restated("retention_rate", Came("late_row", JANUARY))
    assert [row[-1] for row in rows if row[0] == "total"] == ["definition"]


def test_a_member_that_is_gone_sums_to_nothing(restated, store):
    report(store, "order_count", "2", dimension="channel", member="fair")
    assert ("fair", Decimal(2), Decimal(-2), Decimal(0), "late_row") in restated(
        "order_count", Came("late_row", JANUARY)
    )


def test_a_dimension_that_came_or_went_after_closing_restates_no_member(restated, store):
    """Else the whole money of the month would show as a restatement, though its total did not move."""
    report(store, "order_count", "3")
    report(store, "order_count", "3", dimension="gone", member="x")
    assert restated("order_count") == []


def test_a_fiscal_year_is_restated_like_any_other_period(store, connection, settings, company, catalogue):
    report(store, "order_amount", "35.33", month=date(2025, 2, 1), variant="fiscal", grain="year")
    own = company.model_copy(update={"fiscal_year_start_month": 2})
    fill_metric_values(connection, settings, own, "run-2")
    write_restatements(connection, store, catalogue, lambda moments: [], as_of=date(2026, 3, 15), run_id="run-2")
    query = "select variant, as_reported_value, as_known_value from metrics.metric_restatements"
    assert connection.execute(query).fetchall() == [("fiscal", Decimal("35.33"), Decimal("30.33"))]


def test_a_month_that_is_no_longer_computed_is_not_restated(restated, store):
    report(store, "order_count", "7", month=date(2020, 1, 1))
    assert restated("order_count", Came("late_row", JANUARY)) == []


def test_a_figure_that_had_no_value_when_its_month_was_closed_is_not_restated(restated, store):
    report(store, "retention_rate", None, version="3")
    assert [row for row in restated("retention_rate") if row[0] == "total"] == []


def test_reported_and_restatement_are_the_known_value(restated, store, connection):
    for metric, value in (("order_amount", "35.33"), ("order_count", "4"), ("retention_rate", "0.5")):
        report(store, metric, value, version="3" if metric == "retention_rate" else "1")
    restated("order_amount", Came("late_row", JANUARY))
    sums = "count(*), count(*) filter (as_reported_value + restatement_value = as_known_value)"
    [(lines, sound)] = connection.execute(
        f"select {sums} from metrics.metric_restatements where as_known_value is not null"
    ).fetchall()
    assert lines == sound > 2


def known_version(connection, metric: str) -> list[str]:
    [(version, sql, settings)] = connection.execute(
        "select definition_version, sql_fingerprint, coalesce(settings_fingerprint, '')"
        " from metrics.metric_catalogue where metric_name = $1",
        [metric],
    ).fetchall()
    return [str(version), sql, settings]


def test_other_sql_below_a_metric_is_a_change_of_definition(restated, store, connection):
    report(store, "order_amount", "35.33", version="1/0badf00d")
    assert cause_in_total(restated("order_amount")) == "definition"
    assert connection.execute("select distinct evidence from metrics.metric_restatements").fetchall() == [("sql 1",)]


def test_other_settings_are_a_change_of_definition(restated, store, connection):
    report(store, "average_order_value", "35.33", version="1")
    restated("average_order_value")
    version, sql, _ = known_version(connection, "average_order_value")
    with writing(store) as changing:
        changing.execute(sa.update(as_reported_values).values(definition_version=f"{version}/{sql}/0badf00d"))
    assert cause_in_total(restated("average_order_value")) == "definition"


def test_other_sql_and_late_rows_are_mixed_and_both_named(restated, store, connection):
    report(store, "order_amount", "35.33", version="1/0badf00d")
    assert cause_in_total(restated("order_amount", Came("late_row", JANUARY, 12))) == "mixed"
    assert connection.execute("select distinct evidence from metrics.metric_restatements").fetchall() == [
        ("late_row 12, sql 1",)
    ]


def test_the_same_sql_and_settings_explain_nothing(restated, store, connection):
    restated("order_amount")
    report(store, "order_amount", "35.33", version="/".join(known_version(connection, "order_amount")))
    assert cause_in_total(restated("order_amount")) == "unknown"


def test_a_quarter_takes_the_rows_of_all_its_months(restated, store):
    with writing(store) as connection:
        connection.execute(
            sa.insert(as_reported_values),
            {
                "metric_name": "receivable", "period_grain": "quarter", "period_start": JANUARY,
                "dimension_name": "total", "dimension_value": "total", "variant": "default",
                "definition_version": "1", "value": Decimal(7), "closed_at": CLOSED, "run_id": "closing",
            },
        )  # fmt: skip
    assert cause_in_total(restated("receivable", Came("late_row", date(2026, 3, 1)))) == "late_row"
    assert cause_in_total(restated("receivable", Came("late_row", date(2026, 4, 1)))) == "later_event"
