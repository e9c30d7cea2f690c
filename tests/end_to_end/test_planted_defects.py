"""Every kind of planted defect is found: by the rules named here, or by the identity step."""

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
# Rules that find the planted row among others: people who ask twice, opportunities of accounts that were deleted.
AMONG_OTHERS = {"duplicate_lead", "orphan_opportunity"}
# A row that was sent twice is one row in the change log; the load tells of it.
TOLD_BY_THE_LOAD = {"resent_event"}


def test_every_kind_of_defect_has_its_finder(published_company):
    kinds = {kind for (kind,) in published_company.with_truth("select distinct kind from truth_planted_defects")}
    assert kinds == FOUND_BY.keys() | SEEN_THROUGH_BY_IDENTITY | {"late_row"}


@pytest.mark.parametrize("kind", sorted(FOUND_BY.keys() - TOLD_BY_THE_LOAD))
def test_the_rule_finds_the_planted_rows_and_no_others(published_company, kind):
    rule = FOUND_BY[kind]
    same_rule = ", ".join(f"'{other}'" for other, name in FOUND_BY.items() if name == rule)
    planted = set(
        published_company.with_truth(f"""
            select entity, key from truth_planted_defects where kind in ({same_rule})
                and entity in (select entity from truth_planted_defects where kind = '{kind}')
        """)
    )
    found = set(
        published_company.with_truth(f"""
            select entity, key from published.quality.failing_rows where rule = '{rule}'
                and entity in (select entity from truth_planted_defects where kind = '{kind}')
        """)
    )
    assert planted
    if kind in AMONG_OTHERS:
        assert planted < found
    else:
        assert planted == found


def test_a_row_that_was_sent_twice_is_told_by_its_load(published_company):
    [(key,)] = published_company.with_truth("select key from truth_planted_defects where kind = 'resent_event'")
    [(observed,)] = published_company.query("""
        select observed from quality.check_results where table_name = 'crm_engagements' and check_name = 'load_findings'
    """)
    assert observed.split()[-1] == key
    assert "1 rows repeat the key of another row" in observed


@pytest.mark.slow
def test_a_row_that_comes_late_is_found_when_it_comes(published_company, week_later):
    """Dated before the first run and entered after it."""
    late = set(
        week_later.with_truth("""
            select key from truth_planted_defects where kind = 'late_row' and entity = 'erp_invoices'
                and day < date '2026-06-30'
        """)
    ) - set(published_company.with_truth("select key from truth_planted_defects where kind = 'late_row'"))
    [(failed, keys)] = week_later.query("""
        select failed_count, failed_keys from quality.check_results
        where table_name = 'erp_invoices' and check_name = 'entered_late'
    """)
    assert late
    assert {(key,) for key in keys} == late
    assert failed == len(late)


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
