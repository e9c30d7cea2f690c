"""Gate 2 on a working file that is not as it should be, and what it leaves behind."""

import subprocess
import sys

import duckdb
import pytest

from quality import gate_marts
from quality.mart_judge import WORK_SCHEMA
from quality.rule import Rule
from quality.rule_file import RuleFile
from quality.rulebook import EntityRules, load_mart_rules

BASE = {"dimension": "validity", "severity": "critical", "reason": {"en": "Because", "zh": "因为"}}
RATE = {"name": "out_of_range", "kind": "between", "columns": ["rate"], "minimum": 0, "maximum": 1, **BASE}


def rulebook(*rules: dict) -> dict[str, EntityRules]:
    file = RuleFile(
        table="marts.t", key=["id"], owner="sales", rules=tuple(Rule.model_validate(rule) for rule in rules)
    )
    return {"marts.t": EntityRules(file)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "warehouse.duckdb"


@pytest.fixture
def connection(path):
    with duckdb.connect(str(path)) as found:
        found.execute("create schema marts; create table marts.t as select 1 as id, 0.5 as rate")
        yield found


@pytest.fixture
def judge(connection, log, company):
    """Failed checks by name."""

    def run(rules):
        result = gate_marts.judge(connection, log.settings, company, "run-1", rulebook=rules)
        return {check.check_name: check for check in result.failed}

    return run


def test_a_table_that_does_not_exist_is_a_failed_check_that_says_so(connection, judge):
    connection.execute("drop table marts.t")
    failed = judge(rulebook(RATE))
    assert set(failed) == {"grain_empty", "grain_not_unique", "rate_out_of_range"}
    assert failed["rate_out_of_range"].observed == "table marts.t does not exist"


def test_an_empty_file_fails_every_table_and_crashes_nowhere(log, company):
    with duckdb.connect() as connection:
        result = gate_marts.judge(connection, log.settings, company, "run-1")
    assert {check.table_name for check in result.failed} == set(load_mart_rules())


def test_a_column_that_is_gone_fails_its_rule_and_leaves_the_others_judged(connection, judge):
    connection.execute("alter table marts.t drop column rate")
    failed = judge(rulebook(RATE))
    assert set(failed) == {"rate_out_of_range"}
    assert "rate" in failed["rate_out_of_range"].observed


def test_a_failing_row_is_named_by_its_grain(connection, judge):
    connection.execute("insert into marts.t values (2, 1.5)")
    check = judge(rulebook(RATE))["rate_out_of_range"]
    assert (check.failed_keys, check.checked_count, check.owner) == (["2"], 2, "sales")


def test_an_invariant_that_differs_by_a_cent_fails_with_its_group(judge):
    invariant = {"name": "adds_up", "kind": "invariant", "invariant": "I6", **BASE}
    sql = "select * from (values ('2026-05', 0.00), ('2026-06', -0.01)) as t (key, difference)"
    check = judge(rulebook({**invariant, "sql": sql}))["adds_up"]
    assert (check.gate, check.failed_keys, check.checked_count) == ("invariant", ["2026-06"], 2)
    assert check.observed == "2 groups compared, greatest difference 0.01"


def test_a_difference_that_cannot_be_computed_is_no_proof_that_there_is_none(judge):
    sql = "select 'all' as key, null::decimal as difference"
    assert "adds_up" in judge(rulebook({"name": "adds_up", "kind": "invariant", "sql": sql, **BASE}))


def test_an_invariant_over_a_missing_table_fails_with_the_reason(judge):
    sql = "select 'all' as key, 0 as difference from marts.nowhere"
    check = judge(rulebook({"name": "adds_up", "kind": "invariant", "sql": sql, **BASE}))["adds_up"]
    assert "nowhere" in check.observed


def test_what_happens_after_the_day_computed_for_is_judged_by_that_day(connection, judge):
    connection.execute("alter table marts.t add column day date default '2026-07-01'")
    rule = {"name": "in_future", "kind": "row_condition", "condition": "day <= run_as_of_date", **BASE}
    assert "in_future" in judge(rulebook(rule))


def test_nothing_of_the_gate_stays_in_the_file_even_when_the_last_run_was_killed(connection, judge):
    connection.execute(f"create schema {WORK_SCHEMA}; create table {WORK_SCHEMA}.marts__t as select 1")
    judge(rulebook(RATE))
    schemas = connection.execute("select schema_name from information_schema.schemata").fetchall()
    assert (WORK_SCHEMA,) not in schemas


def test_another_process_can_open_the_file_after_the_gate(path, connection, judge):
    judge(rulebook(RATE))
    connection.close()
    program = f"import duckdb; duckdb.connect({str(path)!r}).execute('insert into marts.t values (9, 0)')"
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


@pytest.fixture
def two_runs(connection, log, company):
    """A rule that compares marts.t of an earlier run with marts.u of this one; what it found."""
    connection.execute("create table marts.u as select 1 as id; create schema metrics")
    connection.execute("create table metrics.metric_values as select 1 as value")

    def run(query: str, not_rebuilt: tuple[str, ...]):
        rules = rulebook({"name": "adds_up", "kind": "invariant", "sql": query, **BASE})
        found = gate_marts.judge(connection, log.settings, company, "run-1", rulebook=rules, not_rebuilt=not_rebuilt)
        [check] = [check for check in found.checks if check.check_name == "adds_up"]
        return check

    return run


OF_TWO = "select t.id as key, 1 as difference from marts.t join marts.u using (id)"


def test_a_difference_between_a_kept_and_a_new_table_is_shown_and_holds_nothing_back(two_runs):
    check = two_runs(OF_TWO, ("marts.t",))
    assert (check.passed, check.is_error, check.severity) == (False, False, "warning")
    assert "of an earlier run: marts.t" in check.observed


@pytest.mark.parametrize("not_rebuilt", [(), ("marts.t", "marts.u"), ("marts.other",)], ids=["none", "both", "other"])
def test_a_difference_within_one_run_stays_critical(two_runs, not_rebuilt):
    assert two_runs(OF_TWO, not_rebuilt).is_error


def test_metrics_are_computed_of_all_tables(two_runs):
    query = "select value as key, 1 as difference from metrics.metric_values"
    assert two_runs(query, ()).is_error
    assert not two_runs(query, ("marts.other",)).is_error


def test_a_kept_table_that_is_wrong_by_itself_stays_critical(connection, log, company):
    connection.execute("insert into marts.t values (2, 1.5)")
    found = gate_marts.judge(
        connection, log.settings, company, "run-1", rulebook=rulebook(RATE), not_rebuilt=("marts.t",)
    )
    assert [check.check_name for check in found.failed if check.is_error] == ["rate_out_of_range"]
