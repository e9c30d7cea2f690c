"""A share of the total: what it is divided by, and which members have one."""

import duckdb
import pytest

from metrics import assembly

PAIRS = [
    ("lost_by_cause", "total", "total", 3, 10),
    ("lost_by_cause", "cause", "complaint", 2, 2),
    ("lost_by_cause", "cause", "none_seen", 1, 1),
    ("lost_by_cause", "cause", "not_lost", None, 7),
    ("lost_of_region", "total", "total", 3, 10),
    ("lost_of_region", "region", "north", None, 4),
]


@pytest.fixture
def shared():
    """Members of a share and of a plain ratio, after the step."""
    with duckdb.connect() as connection:
        connection.execute(
            "create temp table metric_pairs (metric_name varchar, dimension_name varchar, dimension_value varchar,"
            " numerator integer, denominator integer, base integer, period_grain varchar default 'month',"
            " period_start date default '2026-01-01')"
        )
        connection.executemany("insert into metric_pairs by position select *, 5, 'month', '2026-01-01'"
            " from (values (?, ?, ?, ?::integer, ?::integer))", PAIRS)  # fmt: skip
        connection.execute(
            "create temp table metric_definitions as select * from"
            " (values ('lost_by_cause', true), ('lost_of_region', false)) as t(metric_name, is_share_of_total)"
        )
        connection.execute(assembly.SHARE)
        rows = connection.execute("select metric_name, dimension_value, numerator, denominator from metric_pairs")
        return {row[:2]: row[2:] for row in rows.fetchall()}


def test_a_share_is_divided_by_the_total_and_another_ratio_by_its_own(shared):
    assert shared["lost_by_cause", "complaint"] == (2, 10)
    assert shared["lost_by_cause", "none_seen"] == (1, 10)
    assert shared["lost_of_region", "north"] == (None, 4)


def test_a_member_that_adds_nothing_has_no_share(shared):
    assert ("lost_by_cause", "not_lost") not in shared
    assert shared["lost_by_cause", "total"] == (3, 10)
