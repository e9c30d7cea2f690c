"""The Great Expectations adapter: the DuckDB patch, complete failing rows, agreement with the rules' own SQL."""

import subprocess
import sys
import types

import duckdb
import great_expectations
import great_expectations.execution_engine.sqlalchemy_execution_engine as engine_module
import pytest

from quality.conditions import flag_column, name, row_condition
from quality.expectations import PRIVATE_NAME, Expectations, _teach_duckdb, needs_flag
from quality.rule import Rule
from warehouse.errors import CmwError

REASON = {"en": "Because", "zh": "因为"}
KEYS = ["id"]


def rule(**values: object) -> Rule:
    base = {"name": "a_rule", "dimension": "validity", "severity": "critical", "reason": REASON}
    return Rule.model_validate({**base, **values})


RULES = [
    rule(name="filled", kind="not_null", columns=("word",)),
    rule(name="filled_where_big", kind="not_null", columns=("word",), where="amount > 5"),
    rule(name="clean", kind="no_rejected_values"),
    rule(name="known", kind="in_set", columns=("word",), values=("a", "b", "it's")),
    rule(name="sane", kind="between", columns=("amount",), minimum="0.01", maximum=7),
    rule(name="at_most", kind="between", columns=("amount",), maximum=3),
    rule(name="ordered", kind="date_order", earlier="starts", later="ends"),
    rule(name="shaped", kind="matches", columns=("word",), pattern="^[a-z]$"),
    rule(name="said", kind="placeholder", columns=("word",)),
    rule(name="possible", kind="possible_date", columns=("starts",), days_ahead=1),
    rule(name="odd", kind="row_condition", condition="amount % 2 = 1"),
]


@pytest.fixture
def connection():
    with duckdb.connect() as found:
        flags = ", ".join(f"{row_condition(r)} as {name(flag_column(r))}" for r in RULES if needs_flag(r))
        found.execute(
            """
            create table base as select
                i as id,
                case when i % 7 = 0 then null when i % 11 = 0 then 'N/A'
                    when i % 5 = 0 then 'it''s' else 'a' end as word,
                case when i % 13 <> 0 then (i % 10)::decimal(18, 4) end as amount,
                date '2025-01-01' + (i % 20)::integer as starts,
                case when i % 3 <> 0 then date '2025-01-10' end as ends,
                case when i % 17 = 0 then '{"x": "y"}' end as _rejected,
                timestamp '2025-01-15 10:00:00' as _loaded_at
            from range(1000) as t(i)
            """
        )
        found.execute(f"create view judged as select *, {flags} from base")
        yield found


def test_the_pinned_package_still_has_the_private_name_that_the_patch_needs():
    """When this fails after an update: see quality/expectations.py and docs/decisions before changing the pin."""
    assert isinstance(getattr(engine_module, PRIVATE_NAME, None), tuple), (
        f"Great Expectations {great_expectations.__version__} has no tuple {PRIVATE_NAME}: "
        "the DuckDB patch in quality/expectations.py must be written anew for this version"
    )


def test_a_package_without_the_private_name_is_refused_with_version_and_remedy():
    with pytest.raises(CmwError, match=rf"{great_expectations.__version__}.*{PRIVATE_NAME}.*Install the version"):
        _teach_duckdb(types.SimpleNamespace())


def test_the_patch_is_put_in_once_however_often_it_is_called(connection):
    with Expectations(connection), Expectations(connection):
        names = [getattr(dialect, "value", dialect) for dialect in getattr(engine_module, PRIVATE_NAME)]
    assert names.count("duckdb") == 1


def test_every_failing_row_is_found_and_not_a_sample(connection):
    with Expectations(connection) as expectations:
        outcome = expectations.judge("judged", [RULES[0]], KEYS)["filled"]
    assert not outcome.passed
    assert connection.execute(f"select count(*) from ({outcome.failing_rows})").fetchone() == (143,)


@pytest.mark.parametrize("tested", RULES, ids=lambda tested: tested.name)
def test_great_expectations_and_the_rule_as_sql_find_the_same_rows(connection, tested):
    with Expectations(connection) as expectations:
        outcome = expectations.judge("judged", RULES, KEYS)[tested.name]
    by_package = connection.execute(f"select id from ({outcome.failing_rows}) order by id").fetchall()
    by_sql = connection.execute(f"select id from judged where not {row_condition(tested)} order by id").fetchall()
    assert by_package == by_sql
    assert 0 < len(by_sql) < 1000
    assert not outcome.passed


def test_a_clean_table_passes(connection):
    connection.execute("delete from base where id % 7 = 0")
    with Expectations(connection) as expectations:
        assert expectations.judge("judged", [RULES[0]], KEYS)["filled"].passed


def test_an_empty_table_passes(connection):
    connection.execute("delete from base")
    with Expectations(connection) as expectations:
        assert all(outcome.passed for outcome in expectations.judge("judged", RULES, KEYS).values())


def test_a_rule_about_a_column_that_is_not_there_names_rule_and_table(connection):
    wrong = rule(name="wrong", kind="not_null", columns=("nowhere",))
    with Expectations(connection) as expectations, pytest.raises(CmwError, match=r"judged\.wrong cannot be evaluated"):
        expectations.judge("judged", [wrong], KEYS)


def test_another_process_can_open_the_file_afterwards(tmp_path):
    path = tmp_path / "some.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create table marts.t as select 1 as id, null as word")
        with Expectations(connection) as expectations:
            outcomes = expectations.judge("t", [RULES[0]], KEYS, schema="marts")
        assert not outcomes["filled"].passed
    program = f"import duckdb; duckdb.connect({str(path)!r}).execute('insert into marts.t values (2, null)')"
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
