"""Every kind of planted defect is found by a rule that this test names."""

import json

# Kind of defect (demo_company/defect_catalogue.py) -> the rules of quality/rules that must notice it.
FOUND_BY: dict[str, tuple[str, ...]] = {}


def test_every_planted_defect_is_found_by_its_rule(published_company):
    planted = published_company.with_truth('select kind, entity, key, expected_rule from truth_planted_defects')
    failing = {}
    for path in [published_company.home / "handover" / "raw_checks.json"]:
        for check in json.loads(path.read_text(encoding="utf-8")):
            if not check["passed"]:
                failing.setdefault(check["table_name"], set()).add(check["check_name"])
    missing = [defect for defect in planted if not failing.get(defect[1])]
    assert missing == []
