"""Rule files that are wrong are refused with the file, the rule and what to do; good ones say who owns what."""

import pytest

from quality.rulebook import load_mart_rules, load_raw_rules
from warehouse.errors import CmwError

RULE = (
    "{name: gone, kind: not_null, columns: [a], dimension: completeness, severity: critical, "
    "reason: {en: why, zh: 原因}}"
)
COMMON = "owner: data-platform\nrules: []\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "_every_entity.yml").write_text(COMMON, encoding="utf-8")

    def write(rules: str, name: str = "erp_products", entity: str = "erp_products"):
        text = f"entity: {entity}\nowner: finance\nrules:\n  - {rules}\n"
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (RULE.replace("not_null", "no_such_kind"), r"erp_products\.yml.*kind"),
        (RULE.replace("columns: [a], ", ""), "kind not_null needs columns"),
        (RULE.replace("completeness", "beauty"), "dimension"),
        (RULE.replace("zh: 原因", "zh: ''"), "reason.zh"),
        (RULE.replace("kind: not_null", "kind: unique"), "looks at several rows and may only warn"),
        (RULE.replace("severity", "breaks_table: true, severity"), "only a table rule can break the table"),
        (RULE.replace("kind: not_null", "kind: between"), "needs minimum or maximum"),
        (RULE.replace("severity", "colour: red, severity"), "colour"),
        (RULE.replace("zh: 原因", "zh: why"), "'why' is no Chinese"),
        (RULE.replace("columns", "where: a >, columns"), "rule gone: where is no SQL condition: .*syntax error"),
        (
            RULE.replace("not_null", "parent_exists, parent: {entity: x, column: a}").replace("critical", "warning"),
            "parent's entity 'x' has no rules.*erp_products.yml",
        ),
        (f"{RULE}\n  - {RULE}", "rule a_gone is there twice"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_file_and_key(folder, rule, message):
    with pytest.raises(CmwError, match=message) as error:
        load_raw_rules(folder(rule))
    assert "erp_products.yml" in str(error.value)


def test_a_file_named_other_than_its_entity_is_refused(folder):
    with pytest.raises(CmwError, match="Name the file after its entity"):
        load_raw_rules(folder(RULE, name="products"))


def test_parents_of_a_warehouse_table_are_left_to_dbt(tmp_path):
    rule = "{name: orphan, kind: parent_exists, columns: [a], parent: {entity: erp_products, column: a},"
    rule += " dimension: integrity, severity: warning, reason: {en: why, zh: 原因}}"
    text = f"table: marts.t\nkey: [a]\nowner: finance\nrules:\n  - {rule}\n"
    (tmp_path / "marts.t.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CmwError, match="rule orphan is of raw entities; for a table use dbt's test relationships"):
        load_mart_rules(tmp_path)


def test_a_share_of_orphans_needs_the_rule_that_finds_them(folder):
    rate = RULE.replace("kind: not_null, columns: [a]", "kind: orphan_rate, maximum_rate: 0.1, of_rule: nowhere")
    with pytest.raises(CmwError, match="of_rule in"):
        load_raw_rules(folder(f"{rate}\n  - {RULE}"))


def test_a_rule_with_two_columns_is_two_rules_with_a_reason_of_their_own(folder):
    rules = load_raw_rules(folder(RULE.replace("[a]", "[a, b]").replace("en: why", 'en: "{column} is missing"')))
    assert [(rule.name, rule.reason.en) for rule in rules["erp_products"].rules] == [
        ("a_gone", "a is missing"),
        ("b_gone", "b is missing"),
    ]


@pytest.mark.parametrize("rulebook", [load_raw_rules(), load_mart_rules()], ids=["raw", "marts"])
def test_every_rule_has_an_owner_and_reasons_in_both_languages(rulebook):
    for rules in rulebook.values():
        for rule in rules.rules:
            assert rule.owner, rule.name
            assert any("\u4e00" <= sign <= "\u9fff" for sign in rule.reason.zh), f"{rules.name}.{rule.name}"
            assert "{column}" not in rule.reason.en + rule.reason.zh


def test_the_invariants_of_the_catalogue_are_all_there():
    found = {rule.invariant for rules in load_mart_rules().values() for rule in rules.rules if rule.invariant}
    # the others need more than one state of the tables: docs/invariants.md says where each is executed
    at_gate_2 = "I1 I2 I3 I4 I5 I6 I8 I9 I10 I11 I12 I13 I14 I20 I21"
    assert set(at_gate_2.split()) <= found


def test_a_table_with_many_rules_has_several_files_and_each_rule_stands_once(tmp_path):
    head = "table: marts.t\nkey: [id]\nowner: sales\nrules:\n"
    rule = "  - {{name: {}, kind: not_empty, dimension: validity, severity: critical, reason: {{en: Why, zh: 为何}}}}\n"
    (tmp_path / "marts.t.yml").write_text(head + rule.format("some"), encoding="utf-8")
    (tmp_path / "marts.t.more.yml").write_text(head + rule.format("others"), encoding="utf-8")
    assert {"some", "others"} <= {rule.name for rule in load_mart_rules(tmp_path)["marts.t"].rules}
    (tmp_path / "marts.t.more.yml").write_text(head + rule.format("some"), encoding="utf-8")
    with pytest.raises(CmwError, match=r"rule some of marts\.t stands in two files"):
        load_mart_rules(tmp_path)
    (tmp_path / "marts.t.more.yml").rename(tmp_path / "marts.u.yml")
    with pytest.raises(CmwError, match=r"Name the file <schema>\.<table>\.yml"):
        load_mart_rules(tmp_path)
