"""Every kind of planted defect is found: by the rules named here, or by the identity step."""

import json

import pytest

# Kind of defect (demo_company/defect_catalogue.py) -> a rule of quality/rules/raw that must name its key.
FOUND_BY = {
    "account_without_name": "account_name_missing",
    "customer_negative_terms": "payment_terms_days_out_of_range",
    "duplicate_lead": "duplicate_person",
    "future_contact_change": "updated_at_in_future",
    "future_order_change": "updated_at_in_future",
    "impossible_birth_date": "birth_date_impossible",
    "impossible_order_date": "rejected_values",
    "impossible_spend_date": "rejected_values",
    "invoice_in_1900": "invoice_date_impossible",
    "invoice_in_2099": "invoice_date_impossible",
    "invoice_of_nobody": "customer_code_orphan",
    "invoice_without_gross": "gross_amount_missing",
    "lead_before_1980": "created_at_impossible",
    "malformed_email": "email_malformed",
    "negative_minutes": "minutes_out_of_range",
    "negative_quantity": "sign_differs",
    "nine_stars": "score_off_scale",
    "orphan_clearing": "invoice_id_orphan",
    "orphan_event": "ticket_id_orphan",
    "orphan_opportunity": "account_id_orphan",
    "orphan_order_line": "order_id_orphan",
    "placeholder_name": "account_name_placeholder",
    "placeholder_phone": "phone_made_up",
    "placeholder_tax_id": "tax_id_made_up",
    "posting_without_day": "posting_date_missing",
    "resent_event": "load_findings",
    "shared_email": "shared_email",
    "solved_before_asked": "resolved_before_created",
    "unknown_account_type": "rejected_values",
    "unknown_cost_type": "rejected_values",
    "unknown_lead_state": "rejected_values",
    "unknown_ledger_class": "rejected_values",
    "unknown_order_currency": "currency_unknown",
    "unknown_order_state": "rejected_values",
    "unknown_ticket_state": "rejected_values",
}
# One company under several names or records is no defect of a row: the identity step must see through it.
SEEN_THROUGH_BY_IDENTITY = {"name_variant", "duplicate"}
# A row that comes late is no wrong row; test_living_on.py and test_two_clocks.py show that it arrives.
ARRIVES_LATER = {"late_row"}


@pytest.fixture(scope="module")
def failed_keys(published_company) -> dict[tuple[str, str], str]:
    """(entity, rule) -> every failing key that was kept, and what was observed, as one text."""
    checks = json.loads((published_company.home / "handover" / "raw_checks.json").read_text(encoding="utf-8"))
    return {
        (check["table_name"], check["check_name"]): " ".join([*check["failed_keys"], check["observed"]])
        for check in checks
        if not check["passed"]
    }


def test_every_kind_of_defect_has_its_finder(published_company):
    kinds = {kind for (kind,) in published_company.with_truth("select distinct kind from truth_planted_defects")}
    assert kinds == FOUND_BY.keys() | SEEN_THROUGH_BY_IDENTITY | ARRIVES_LATER


@pytest.mark.parametrize("kind", sorted(FOUND_BY))
def test_the_rule_names_the_planted_key(published_company, failed_keys, kind):
    planted = published_company.with_truth(f"select entity, key from truth_planted_defects where kind = '{kind}'")
    assert planted
    for entity, key in planted:
        assert str(key) in failed_keys.get((entity, FOUND_BY[kind]), ""), f"{entity} {key}"


def test_one_company_under_several_names_is_one_customer(published_company):
    """A planted variant shares its customer with another record of the same true customer, or stands in review."""
    apart = published_company.with_truth("""
        with variants as (
            select planted.entity, planted.key, who.true_customer_id, map.customer_key
            from truth_planted_defects as planted
            inner join truth_who_is_who as who on who.entity = planted.entity and who.source_key = planted.key
            inner join published.identity.customer_identity_map as map
                on map.entity = planted.entity and map.source_key = planted.key and map.valid_to is null
            where planted.kind in ('name_variant', 'duplicate')
        )
        select variants.key
        from variants
        where not exists (
            select 1 from truth_who_is_who as other
            inner join published.identity.customer_identity_map as map
                on map.entity = other.entity and map.source_key = other.source_key and map.valid_to is null
            where other.true_customer_id = variants.true_customer_id and other.source_key <> variants.key
                and map.customer_key = variants.customer_key
        )
        and variants.key not in (
            select unnest([left_key, right_key]) from published.identity.identity_review_queue
        )
    """)
    assert apart == []


def test_rows_held_back_are_listed_with_their_rule_and_without_their_values(published_company):
    held = published_company.query("select count(*), count(rule), count(owner) from quality.quarantined_rows")
    assert held[0][0] >= 15
    assert held[0][0] == held[0][1] == held[0][2]


def test_what_is_not_dirty_is_not_held_back(published_company):
    """Rules that cry wolf would empty the warehouse."""
    wolves = published_company.with_truth("""
        select held.entity, held.key, held.rule
        from published.quality.quarantined_rows as held
        anti join truth_planted_defects as planted on planted.entity = held.entity and planted.key = held.key
    """)
    assert wolves == []
