"""Every raw rule fires on a bad row and stays silent on a clean one.

cases/<entity>.yml holds one clean row and, per rule, what makes it bad. Missing, placeholder, orphan and duplicate
rows are made here, since there is only one way to make them. A rule without a case fails the test.
"""

from pathlib import Path

import pytest
import yaml

from ingestion.entities import load_contract
from quality.rule import SET_KINDS
from quality.rulebook import load_raw_rules

CASES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in (Path(__file__).parent / "cases").glob("*.yml")}
RULEBOOK = load_raw_rules()
ENTITIES = sorted(load_contract())


def bad_rows(entity: str) -> list[dict]:
    """One row per rule, whose key is the rule's name."""
    case = CASES[entity]
    rows = []
    for rule in RULEBOOK[entity].row_rules + RULEBOOK[entity].set_rules:
        change = case["bad"].get(rule.name)
        column = rule.columns[0] if rule.columns else ""
        if rule.name == "key_empty":
            rows.append({**case["good"], "_key": " "})
            continue
        if change is None:
            derived = {
                "not_null": {column: None},
                "placeholder": {column: "待补充"},
                "parent_exists": {column: "nobody"},
                "no_rejected_values": {"_rejected": '{"status": "??"}'},
            }
            if rule.kind == "unique":
                change = {}
                rows.append({**case["good"], "_key": f"{rule.name} again"})
            else:
                assert rule.kind in derived, f"tests/quality/cases/{entity}.yml has no bad row for rule {rule.name}"
                change = derived[rule.kind]
        rows.append({**case["good"], **change, "_key": rule.name})
    return rows


def test_the_contract_and_the_rules_cover_the_same_entities():
    assert sorted(RULEBOOK) == ENTITIES
    assert sorted(CASES) == ENTITIES


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_required_column_of_the_contract_holds_a_row_back_when_it_is_missing(entity):
    filled = {
        rule.columns[0] for rule in RULEBOOK[entity].rules if rule.kind == "not_null" and rule.severity == "critical"
    }
    assert set(load_contract()[entity].required) <= filled


@pytest.mark.parametrize("entity", ENTITIES)
def test_no_case_is_about_a_rule_that_is_gone(entity):
    assert set(CASES[entity]["bad"]) <= {rule.name for rule in RULEBOOK[entity].rules}


def test_clean_rows_break_no_rule(log, judge, verdicts):
    for entity in ENTITIES:
        log.load(entity, [CASES[entity]["good"], *([CASES[entity]["also"]] if "also" in CASES[entity] else [])])
    result = judge()
    assert verdicts() == []
    assert {check.table_name for check in result.checks} == set(ENTITIES)
    assert result.failed == []
    judged = {(check.table_name, check.check_name) for check in result.checks}
    for entity, rules in RULEBOOK.items():
        assert {(entity, rule.name) for rule in rules.row_rules + rules.set_rules} <= judged


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_rule_finds_its_bad_row(entity, log, judge, verdicts):
    for parent in sorted(RULEBOOK[entity].parents - {entity}):
        log.load(parent, [CASES[parent]["good"]])
    log.load(entity, bad_rows(entity))
    result = judge(rulebook={entity: RULEBOOK[entity]})
    found = {(key, rule) for of, key, rule, _ in verdicts() if of == entity}
    for rule in RULEBOOK[entity].row_rules + RULEBOOK[entity].set_rules:
        key = " " if rule.name == "key_empty" else rule.name
        assert (key, rule.name) in found, f"{entity}.{rule.name} did not fire"
        check = next(c for c in result.checks if (c.table_name, c.check_name) == (entity, rule.name))
        assert not check.passed
        assert check.severity == rule.severity
        if rule.kind not in SET_KINDS:
            assert check.failed_count == len({key for key, name in found if name == rule.name})
