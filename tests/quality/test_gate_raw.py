"""Gate 1 over several loads: what is judged when, what is released, what breaks a table."""

import os
import subprocess
import sys
from datetime import timedelta

import duckdb
import pytest

from quality.judged import accept_table, read_judged
from quality.rule import Rule
from quality.rule_file import RuleFile
from quality.rulebook import EntityRules, load_raw_rules
from quality.scratch_folder import judging_processes, open_scratch, remove_left_overs
from quality.verdicts import verdicts_path
from warehouse.errors import CmwError
from warehouse.settings import PROJECT_ROOT

PRODUCT = {"product_code": "P1", "product_name": "Press", "product_line": "presses", "standard_cost": 30}


def products(count: int, **change: object) -> list[dict]:
    return [{**PRODUCT, "product_code": f"P{number}", **change} for number in range(count)]


def rule_file(**rule: object) -> dict[str, EntityRules]:
    base = {
        "name": "cheap",
        "kind": "between",
        "columns": ("standard_cost",),
        "maximum": 100,
        "dimension": "validity",
        "severity": "critical",
        "reason": {"en": "It is too dear", "zh": "太贵"},
    }
    rules = (Rule.model_validate({**base, **rule}),)
    return {"erp_products": EntityRules(RuleFile(entity="erp_products", owner="finance", rules=rules))}


def critical(verdicts: list[tuple]) -> list[tuple[str, str]]:
    return [(key, rule) for _, key, rule, severity in verdicts if severity == "critical"]


def test_a_critical_row_is_held_back_and_counted(log, judge, verdicts):
    log.load("erp_products", [PRODUCT, {**PRODUCT, "product_code": "P2", "standard_cost": -1}])
    result = judge()
    assert critical(verdicts()) == [("P2", "standard_cost_negative")]
    assert result.held_rows == 1
    check = next(check for check in result.checks if check.check_name == "standard_cost_negative")
    assert (check.checked_count, check.failed_count, check.failed_keys) == (2, 1, ["P2"])
    assert (check.owner, check.dimension, check.source_system) == ("finance", "validity", "demo_erp")


def test_a_held_row_is_released_by_a_good_version_and_its_old_verdict_stays(log, judge, verdicts):
    log.load("erp_products", [{**PRODUCT, "standard_cost": -1}])
    assert judge().held_rows == 1
    log.load("erp_products", [PRODUCT])
    assert judge().held_rows == 0
    assert critical(verdicts()) == [("P1", "standard_cost_negative")]


def test_a_good_row_made_bad_is_held_in_its_newest_version_only(log, judge):
    log.load("erp_products", [PRODUCT])
    log.load("erp_products", [{**PRODUCT, "standard_cost": -1}])
    assert judge().held_rows == 1
    hashes = duckdb.sql(f"select count(distinct row_hash) from '{verdicts_path(log.settings)}'").fetchone()
    assert hashes == (1,)


def test_only_new_loads_are_judged(log, judge):
    log.load("erp_products", [PRODUCT])
    log.load("svc_agents", [{"agent_id": "AG1", "hourly_cost": 90}])
    judge()
    log.load("svc_agents", [{"agent_id": "AG2", "hourly_cost": -1}])
    seen = []
    judge(report=lambda event, details: seen.append((event, details)))
    assert seen == [("judged", {"entity": "svc_agents", "rows": 1, "held": 1, "failed": 1})]


def test_a_run_with_nothing_new_judges_no_row_and_keeps_the_verdicts(log, judge, verdicts):
    log.load("erp_products", [{**PRODUCT, "standard_cost": -1}])
    first = judge()
    before = verdicts()
    second = judge()
    assert verdicts() == before
    assert second.held_rows == first.held_rows == 1
    assert {check.check_name for check in second.checks} == {"loaded", "load_findings"}


def test_a_run_with_nothing_new_does_not_import_great_expectations(log, judge):
    log.load("erp_products", [PRODUCT])
    judge()
    program = f"""
import sys
from pathlib import Path
from quality.gate_raw import judge
from warehouse.company import Company
from warehouse.settings import Settings
judge(Settings(Path({str(log.settings.config)!r}), Path({str(log.settings.home)!r})),
      Company(name="Test", reporting_currency="CNY"), "run-2")
print(sorted(name for name in sys.modules if name in ("great_expectations", "pandas", "sqlalchemy")))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_changed_rule_judges_every_version_of_its_entity_again(log, judge, verdicts):
    log.load("erp_products", [{**PRODUCT, "standard_cost": 500}])
    log.load("erp_products", [{**PRODUCT, "standard_cost": 700}])
    assert judge(rulebook=rule_file()).rejudged_entities == set()
    assert len(critical(verdicts())) == 2
    result = judge(rulebook=rule_file(maximum=600, version=2))
    assert result.rejudged_entities == {"erp_products"}
    assert len(critical(verdicts())) == 1
    result = judge(rulebook=rule_file(maximum=1000, version=3))
    assert (result.held_rows, verdicts()) == (0, [])


def test_other_words_for_a_rule_judge_nothing_again(log, judge):
    log.load("erp_products", [PRODUCT])
    judge(rulebook=rule_file())
    reworded = rule_file(reason={"en": "Far too dear", "zh": "太贵了"}, owner="sales")
    assert judge(rulebook=reworded).rejudged_entities == set()


def test_a_lost_state_gives_the_same_verdicts_again(log, judge, verdicts):
    log.load("erp_products", [{**PRODUCT, "standard_cost": -1}])
    log.load("erp_orders", [{"order_id": "SO1", "order_date": "2025-01-01", "customer_code": "gone"}])
    log.load("erp_customers", [{"customer_code": "K1", "customer_name": "Hengfeng"}])
    judge()
    before = verdicts()
    (log.settings.verdicts / "judged.json").unlink()
    assert judge().rejudged_entities == {"erp_products", "erp_orders", "erp_customers"}
    assert verdicts() == before


def test_a_torn_state_is_an_error_with_its_remedy(log, judge):
    log.load("erp_products", [PRODUCT])
    judge()
    (log.settings.verdicts / "judged.json").write_text('{"format": 1, "entit')
    with pytest.raises(CmwError, match=r"judged\.json.*Delete it"):
        judge()


def test_an_orphan_is_only_flagged_and_judged_again_when_its_parent_arrives(log, judge, verdicts):
    order = {"order_id": "SO1", "order_date": "2025-01-01", "status": "confirmed", "customer_code": "K2"}
    log.load("erp_customers", [{"customer_code": "K1", "customer_name": "Hengfeng"}])
    log.load("erp_orders", [order])
    result = judge()
    assert ("erp_orders", "SO1", "customer_code_orphan", "warning") in verdicts()
    assert result.held_rows == 0
    log.load("erp_customers", [{"customer_code": "K2", "customer_name": "Late"}])
    judge()
    assert "customer_code_orphan" not in [rule for _, _, rule, _ in verdicts()]


def test_an_orphan_of_an_entity_that_nobody_brings_is_no_finding(log, judge, verdicts):
    log.load("erp_orders", [{"order_id": "SO1", "order_date": "2025-01-01", "status": "draft", "customer_code": "K2"}])
    judge()
    assert "customer_code_orphan" not in [rule for _, _, rule, _ in verdicts()]


def test_a_column_that_the_source_never_fills_is_no_defect_of_its_rows(log, judge, verdicts):
    log.load("erp_products", [{**row, "product_line": None} for row in products(3)])
    result = judge()
    check = next(check for check in result.checks if check.check_name == "product_line_not_filled")
    assert (check.passed, check.observed) == (True, "the source does not bring this column")
    assert verdicts() == []
    log.load(
        "erp_products", [{**PRODUCT, "product_code": "P9"}, {**PRODUCT, "product_code": "P8", "product_line": None}]
    )
    judge()
    assert ("erp_products", "P8", "product_line_not_filled", "warning") in verdicts()


def test_a_duplicate_is_found_across_loads_and_gone_with_its_twin(log, judge, verdicts):
    invoice = {"document_type": "invoice", "invoice_date": "2025-03-01", "status": "posted"}
    invoice |= {"customer_code": "K1", "order_id": "SO1", "net_amount": 100, "gross_amount": 113}
    log.load("erp_invoices", [{"invoice_id": "I1", **invoice}])
    judge()
    log.load("erp_invoices", [{"invoice_id": "I2", **invoice}])
    judge()
    twins = [key for _, key, rule, _ in verdicts() if rule == "duplicate_content"]
    assert twins == ["I1", "I2"]
    log.load("erp_invoices", [], deletes=("I2",))
    judge()
    assert "duplicate_content" not in [rule for _, _, rule, _ in verdicts()]


def test_a_table_that_loses_half_of_its_keys_is_broken_until_they_are_back(log, judge):
    log.load("erp_products", products(30))
    assert judge().broken_entities == set()
    log.load("erp_products", [], deletes=tuple(f"P{number}" for number in range(20)))
    result = judge()
    assert result.broken_entities == {"erp_products"}
    check = next(check for check in result.checks if check.check_name == "volume_drop")
    assert (check.is_error, check.observed) == (True, "10 keys live where 30 did")
    assert judge().broken_entities == {"erp_products"}
    log.load("erp_products", products(25, product_name="Press 2"))
    assert judge().broken_entities == set()


def test_a_loss_that_is_real_can_be_accepted(log, judge):
    log.load("erp_products", products(30))
    judge()
    log.load("erp_products", [], deletes=tuple(f"P{number}" for number in range(20)))
    judge()
    accept_table(log.settings, "erp_products")
    assert judge().broken_entities == set()
    with pytest.raises(CmwError, match="not marked as broken"):
        accept_table(log.settings, "erp_products")


def test_few_deletions_break_nothing(log, judge):
    log.load("erp_products", products(30))
    judge()
    log.load("erp_products", [], deletes=("P1", "P2"))
    assert judge().broken_entities == set()


def test_a_load_of_mostly_bad_rows_is_a_failed_check(log, judge):
    log.load("erp_products", products(25, standard_cost=-1))
    failed = {check.check_name for check in judge().failed}
    assert "mostly_held" in failed


def test_many_orphans_are_a_failed_check_of_the_table(log, judge):
    log.load("erp_orders", [{"order_id": "SO1", "order_date": "2025-01-01", "status": "draft", "customer_code": "K1"}])
    log.load("erp_customers", [{"customer_code": "K1", "customer_name": "Hengfeng"}])
    line = {"quantity": 1, "net_amount": 5, "product_code": "P1"}
    log.load("erp_order_lines", [{"order_line_id": f"L{n}", "order_id": f"gone {n}", **line} for n in range(30)])
    check = next(check for check in judge().failed if check.check_name == "too_many_orphans")
    assert (check.table_name, check.failed_count, check.checked_count) == ("erp_order_lines", 30, 30)


def test_a_failed_load_is_a_failed_check_even_when_no_row_landed(log, judge):
    log.load("erp_products", [PRODUCT])
    judge()
    log.load("erp_products", [], status="failed", error="connection refused")
    check = next(check for check in judge().failed if check.check_name == "loaded")
    assert (check.severity, check.observed) == ("critical", "connection refused")


def test_a_source_that_is_read_too_rarely_is_stale(log, judge):
    log.load("erp_products", [PRODUCT])
    fresh = judge(expected_every={"demo_erp": timedelta(days=60)})
    assert next(check for check in fresh.checks if check.check_name == "fresh").passed
    stale = judge(expected_every={"demo_erp": timedelta(hours=24)})
    check = next(check for check in stale.failed if check.check_name == "fresh")
    assert check.severity == "warning"
    assert "nothing was read for" in check.observed


def test_a_source_that_is_read_but_brings_nothing_new_is_stale(log, judge, monkeypatch):
    log.load("erp_products", [PRODUCT])
    for _ in range(4):
        log.load("erp_products", [], status="unchanged")
    monkeypatch.setenv("CMW_TODAY", f"{log.now:%Y-%m-%d}")
    check = next(
        one for one in judge(expected_every={"demo_erp": timedelta(hours=24)}).failed if one.check_name == "fresh"
    )
    assert "read, but nothing new came" in check.observed


def test_the_scratch_file_is_gone_and_the_left_over_of_a_killed_run_too(log, judge):
    left_over = log.settings.verdicts / "scratch-killed"
    left_over.mkdir(parents=True)
    log.load("erp_products", [PRODUCT])
    judge()
    assert sorted(path.name for path in log.settings.verdicts.iterdir()) == ["judged.json", "verdicts.parquet"]


def test_a_second_run_leaves_the_scratch_file_of_a_living_one(log, judge, verdicts):
    log.load("erp_products", [PRODUCT])
    with open_scratch(log.settings) as first:
        assert judging_processes(log.settings) == [os.getpid()]
        judge()
        remove_left_overs(log.settings)
        first.execute("create table still (here int); insert into still values (1); checkpoint")
        (folder,) = log.settings.verdicts.glob("scratch-*")
    assert not folder.exists() and judging_processes(log.settings) == []


def test_the_scratch_folder_of_a_killed_process_goes(log):
    code = (
        "import os, sys, pathlib\nfrom quality.scratch_folder import open_scratch\n"
        "from warehouse.settings import Settings\n"
        "home = pathlib.Path(sys.argv[1])\nheld = open_scratch(Settings(config=home, home=home))\n"
        "held.__enter__()\nos._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(log.settings.home)], cwd=PROJECT_ROOT, check=True)
    (folder,) = log.settings.verdicts.glob("scratch-*")
    assert judging_processes(log.settings) == []
    with open_scratch(log.settings):
        assert not folder.exists()


def test_two_sources_of_one_entity_are_judged_apart(log, judge):
    log.load("erp_products", [PRODUCT], source="east")
    log.load("erp_products", [{**PRODUCT, "standard_cost": -1}], source="west")
    found = {c.source_system: c.passed for c in judge().checks if c.check_name == "standard_cost_negative"}
    assert found == {"east": True, "west": False}


def test_the_state_names_the_rules_that_it_used(log, judge):
    log.load("erp_products", [PRODUCT])
    judge()
    assert read_judged(log.settings).of("erp_products").rules == load_raw_rules()["erp_products"].fingerprint


def test_a_row_that_comes_long_after_its_date_is_late_but_the_first_load_is_the_past(log, judge):
    order = {"status": "confirmed", "customer_code": "K1"}
    log.load("erp_orders", [{"order_id": "SO1", "order_date": "2020-01-01", **order}])
    log.load("erp_orders", [{"order_id": "SO1", "order_date": "2020-01-01", "channel": "web", **order}])
    log.load("erp_orders", [{"order_id": "SO2", "order_date": "2026-06-03", **order}])
    first = next(check for check in judge().checks if check.check_name == "entered_late")
    assert (first.passed, first.checked_count) == (True, 1)
    log.load("erp_orders", [{"order_id": "SO3", "order_date": "2026-05-01", **order}])
    second = next(check for check in judge().failed if check.check_name == "entered_late")
    assert (second.failed_keys, second.severity) == (["SO3"], "warning")
