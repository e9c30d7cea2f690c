"""Every rule of gate 2 and every invariant fires on tables made bad and stays silent on clean ones.

mart_cases/<table>.yml holds clean rows and, per rule, the statement that makes them bad. Rules that every table has
are broken here. A rule without a case fails the test.
"""

import shutil
from datetime import datetime

import duckdb
import pytest

from quality import gate_marts
from quality.mart_judge import MartJudge
from quality.rule import Rule
from quality.rulebook import EntityRules, load_mart_rules
from tests.quality.mart_builder import CASES, build

RULEBOOK = load_mart_rules()
WHOLE_TABLE = [(table, rule.name) for table, rules in sorted(RULEBOOK.items()) for rule in rules.table_rules]
AT = datetime(2026, 6, 30)


def breaking_statement(table: str, rule) -> str:
    """SQL after which the rule must fail."""
    case = CASES.get(table, {}).get("bad", {}).get(rule.name)
    key = RULEBOOK[table].file.key
    usual = {
        "grain_empty": f'update {table} set "{key[0]}" = null',
        "grain_not_unique": f"insert into {table} select * from {table}",
        "empty": f"delete from {table}",
        "customer_unknown": f"update {table} set customer_key = 'nobody'",
        "rate_missing": f"update {table} set is_missing_rate = true",
        "stale": f"update {table} set is_stale = true",
    }
    assert case or rule.name in usual, f"tests/quality/mart_cases/{table}.yml has no bad case for rule {rule.name}"
    return case or usual[rule.name]


@pytest.fixture(scope="module")
def clean_file(tmp_path_factory):
    """All tables with clean rows, built once."""
    path = tmp_path_factory.mktemp("marts") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        build(connection, RULEBOOK)
    return path


@pytest.fixture
def connection(clean_file, tmp_path):
    with duckdb.connect(shutil.copy(clean_file, tmp_path)) as found:
        yield found


def only(table: str, rule: Rule, name: str) -> EntityRules:
    """The rules of a table, of which one is left, for a table of another name."""
    rules = EntityRules(RULEBOOK[table].file)
    rules.rules, rules.name = [rule], name
    return rules


def test_clean_tables_break_no_rule(connection, log, company):
    result = gate_marts.judge(connection, log.settings, company, "run-1")
    assert [(check.table_name, check.check_name, check.observed) for check in result.failed] == []
    judged = {(check.table_name, check.check_name) for check in result.checks}
    assert {(table, rule.name) for table, rules in RULEBOOK.items() for rule in rules.rules} <= judged


def test_every_statement_is_about_a_rule_that_exists():
    for table, case in CASES.items():
        assert set(case.get("bad", {})) <= {rule.name for rule in RULEBOOK[table].rules}, table


def test_every_rule_on_rows_finds_its_bad_row(connection, log, company):
    """Each rule has a copy of its table to be broken in, so that one judgement covers them all."""
    copies = {}
    for table, rules in RULEBOOK.items():
        for rule in rules.row_rules + rules.set_rules:
            copy = f"{table}__{rule.name}"
            connection.execute(f"create table {copy} as select * from {table}")
            connection.execute(breaking_statement(table, rule).replace(table, copy))
            # a rule may look at its own table, as one that counts members does
            own = rule.model_copy(update={"condition": rule.condition.replace(f"from {table} ", f"from {copy} ")})
            copies[copy] = only(table, own, copy)
    result = gate_marts.judge(connection, log.settings, company, "run-1", rulebook=copies)
    silent = [check.table_name for check in result.checks if check.passed]
    assert silent == []
    assert {check.table_name for check in result.checks} == set(copies)


@pytest.mark.parametrize(("table", "name"), WHOLE_TABLE, ids=[f"{table}.{name}" for table, name in WHOLE_TABLE])
def test_every_rule_on_whole_tables_finds_what_breaks_it(table, name, connection):
    rule = next(rule for rule in RULEBOOK[table].rules if rule.name == name)
    judge = MartJudge(connection, None, AT, "2026-06-30")
    (before,) = judge.judge(only(table, rule, table))
    connection.execute(breaking_statement(table, rule))
    (after,) = judge.judge(only(table, rule, table))
    assert (before.passed, after.passed) == (True, False), after.observed
    assert after.gate == ("invariant" if rule.kind == "invariant" else "marts")
