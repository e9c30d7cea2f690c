"""Every kind of dirt that the demo company plants is found by the rule named here, in the row at fault.

Who is who (spellings, twin accounts) is found by the identity step, and late rows by the load that brings them.
"""

import json
import shutil
from datetime import date

import duckdb
import pytest

from demo_company.create import create
from demo_company.defect_catalogue import CATALOGUE
from ingestion.extract import extract
from quality import gate_raw
from quality.verdicts import verdicts_path
from warehouse.company import load_company
from warehouse.settings import PROJECT_ROOT, Settings

FOUND_BY = {
    "account_without_name": "account_name_missing",
    "placeholder_name": "account_name_placeholder",
    "placeholder_tax_id": "tax_id_made_up",
    "placeholder_phone": "phone_made_up",
    "shared_email": "shared_email",
    "malformed_email": "email_malformed",
    "impossible_birth_date": "birth_date_impossible",
    "future_contact_change": "updated_at_in_future",
    "unknown_account_type": "rejected_values",
    "unknown_lead_state": "rejected_values",
    "duplicate_lead": "duplicate_person",
    "lead_before_1980": "created_at_impossible",
    "orphan_opportunity": "account_id_orphan",
    "impossible_spend_date": "rejected_values",
    "customer_negative_terms": "payment_terms_days_out_of_range",
    "unknown_order_state": "rejected_values",
    "unknown_order_currency": "currency_unknown",
    "impossible_order_date": "rejected_values",
    "future_order_change": "updated_at_in_future",
    "negative_quantity": "sign_differs",
    "orphan_order_line": "order_id_orphan",
    "invoice_in_2099": "invoice_date_impossible",
    "invoice_in_1900": "invoice_date_impossible",
    "invoice_without_gross": "gross_amount_missing",
    "invoice_of_nobody": "customer_code_orphan",
    "orphan_clearing": "invoice_id_orphan",
    "unknown_ledger_class": "rejected_values",
    "posting_without_day": "posting_date_missing",
    "unknown_cost_type": "rejected_values",
    "solved_before_asked": "resolved_before_created",
    "unknown_ticket_state": "rejected_values",
    "orphan_event": "ticket_id_orphan",
    "negative_minutes": "minutes_out_of_range",
    "nine_stars": "score_off_scale",
}
# A row sent twice never reaches the log twice; reading reports it, which is a rule of the table.
FOUND_BY_TABLE = {"resent_event": "load_findings"}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """A small demo company, read and judged once: (gate result, truth and verdicts as a connection)."""
    home = tmp_path_factory.mktemp("company")
    config = shutil.copytree(PROJECT_ROOT / "config", home / "config")
    settings = Settings(config=config, home=home / "data")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CMW_HOME", str(settings.home))
        environment.setenv("CMW_CONFIG", str(settings.config))
        create(settings.home, customers=700, months=24, end_date=date(2026, 6, 30))
        company = load_company(settings)
        extract(settings, company, run_id="run-1", report=lambda *_: None)
        result = gate_raw.judge(settings, company, "run-1")
    connection = duckdb.connect()
    truth = settings.home / "demo" / "truth" / "planted_defects.parquet"
    connection.execute(f"create view planted as from '{truth}'")
    connection.execute(f"create view verdicts as from '{verdicts_path(settings)}'")
    manifest = json.loads((settings.raw / "manifest.json").read_text("utf-8"))
    paths = [str(settings.raw / file["path"]) for file in manifest["files"] if file["load_seq"]]
    connection.execute(
        "create table logged as"
        " select distinct split_part(filename, '/raw/', 2).split_part('/', 1) as entity, _key as key"
        f" from read_parquet({paths}, union_by_name = true, filename = true, hive_partitioning = false)"
    )
    yield result, connection
    connection.close()


def test_every_kind_of_planted_dirt_has_its_rule_named_here():
    assert {defect.name for defect in CATALOGUE} == set(FOUND_BY) | set(FOUND_BY_TABLE)


@pytest.mark.parametrize("kind", sorted(FOUND_BY))
def test_the_rule_finds_the_planted_row(kind, judged):
    _, connection = judged
    found = connection.execute(
        """
        select planted.entity, planted.key, bool_or(coalesce(verdicts.rule = ?, false))
        from planted
        -- a row that was deleted again before the first load never came
        semi join logged on logged.entity = planted.entity and logged.key = planted.key
        left join verdicts on verdicts.entity = planted.entity and verdicts.key = planted.key
        where planted.kind = ? group by all
        """,
        [FOUND_BY[kind], kind],
    ).fetchall()
    assert found, f"no {kind} was planted and read"
    assert [row for row in found if not row[2]] == []


@pytest.mark.parametrize("kind", sorted(FOUND_BY_TABLE))
def test_the_rule_finds_the_table_with_the_planted_row(kind, judged):
    result, connection = judged
    entity, key = connection.execute("select entity, key from planted where kind = ?", [kind]).fetchone()
    failed = [
        check for check in result.failed if (check.table_name, check.check_name) == (entity, FOUND_BY_TABLE[kind])
    ]
    assert [key in check.observed for check in failed] == [True]


def test_what_is_not_dirty_is_not_held_back(judged):
    """Every critical verdict is about a planted defect: rules that cry wolf would empty the warehouse."""
    _, connection = judged
    wolves = connection.execute(
        """
        select distinct verdicts.entity, verdicts.key, verdicts.rule
        from verdicts anti join planted on planted.entity = verdicts.entity and planted.key = verdicts.key
        where verdicts.severity = 'critical'
        """
    ).fetchall()
    assert wolves == []
