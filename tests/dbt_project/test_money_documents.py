"""What finance reads from the change log itself: cancellations without a date, and money that is held back."""

from datetime import date, datetime

INVOICE = {"document_type": "invoice", "invoice_date": date(2026, 3, 1), "net_amount": 100, "gross_amount": 113}


def _invoice(key, status, day, **more):
    row = INVOICE | {"invoice_id": key, "status": status, "_key": key, "_version_at": datetime(2026, 3, day, 2)}
    return row | {"_row_hash": f"{key}:{status}:{day}"} | more


def _entry(key, **more):
    row = {"entry_id": key, "posting_date": date(2026, 3, 1), "account_code": "1122", "account_class": "receivable"}
    return row | {"amount": 113, "document_type": "INV", "_key": key, "_row_hash": key} | more


def _hold(log, entity, *rows):
    for row in rows:
        log.verdicts.append(
            {"entity": entity, "source_system": "erp", "key": row["_key"], "row_hash": row["_row_hash"]}
        )
        log.verdicts[-1] |= {"severity": "critical", "load_seq": 1}
    log.judge()


def test_a_cancellation_without_date_counts_from_the_day_that_first_saw_it(money_log):
    states = [("posted", 2), ("cancelled", 5), ("posted", 6), ("cancelled", 9), ("cancelled", 12)]
    for status, day in states:
        money_log.load("erp_invoices", [_invoice("1", status, day)])
    money_log.load("erp_invoices", [_invoice("2", "cancelled", 20, cancelled_on=date(2026, 3, 15))])
    money_log.build("+int_cancellations")
    query = "select _key, cancelled_date, was_seen_living from core_internal.int_cancellations order by 1"
    assert money_log.rows(query) == [("1", date(2026, 3, 9), True), ("2", date(2026, 3, 15), False)]


def test_a_cancelled_document_was_a_debt_only_if_it_was_posted(money_log):
    money_log.load("erp_invoices", [_invoice("seen", "posted", 2), _invoice("thrown", "draft", 2)])
    cancelled = [
        _invoice(key, "cancelled", 4, cancelled_on=date(2026, 3, 4)) for key in ("seen", "thrown", "in_ledger")
    ]
    money_log.load("erp_invoices", cancelled)
    money_log.load("erp_gl_entries", [_entry("e", document_id="in_ledger")])
    money_log.build("+fct_invoices")
    rows = money_log.rows("select invoice_id, posted_date, reversed_date from core.fct_invoices order by 1")
    posted, reversed_on = date(2026, 3, 1), date(2026, 3, 4)
    assert rows == [("in_ledger", posted, reversed_on), ("seen", posted, reversed_on), ("thrown", None, None)]


def test_an_older_version_stands_for_a_held_back_one_and_an_application_waits_for_its_document(money_log):
    money_log.load("erp_invoices", [_invoice("stale", "posted", 2), _invoice("away", "posted", 2)])
    bad = _invoice("stale", "posted", 8, gross_amount=None)
    money_log.load("erp_invoices", [bad])
    money_log.load("erp_payments", [{"payment_id": "p", "_key": "p", "payment_date": date(2026, 3, 9), "amount": 113}])
    applied = {"allocation_id": "a", "_key": "a", "payment_id": "p", "invoice_id": "away", "allocated_amount": 113}
    money_log.load("erp_payment_allocations", [applied])
    _hold(money_log, "erp_invoices", bad, _invoice("away", "posted", 2))
    money_log.build("+int_held_back_documents")
    query = "select cause_entity, cause_key, is_staged from core_internal.int_held_back_documents order by 2"
    assert money_log.rows(query) == [
        ("erp_payment_allocations", "erp|a", False),
        ("erp_invoices", "erp|away", False),
        ("erp_invoices", "erp|stale", True),
    ]
    assert money_log.rows("select is_effective, effective_date from core.fct_payment_allocations") == [(False, None)]


def test_a_held_back_ledger_entry_is_placed_by_the_rest_of_the_ledger(money_log):
    good = [
        _entry("1", document_id="7"),
        _entry("2", document_id="7", account_code="6001", account_class="revenue", amount=-100),
    ]
    no_day = _entry("3", document_id="7", account_code="2221", account_class="other", amount=-13, posting_date=None)
    no_class = _entry(
        "4", document_id="8", account_code="6001", account_class=None, amount=-50, posting_date=date(2026, 4, 2)
    )
    in_2099 = _entry("5", document_id="9", posting_date=date(2099, 12, 31), _version_at=datetime(2026, 5, 4, 3))
    money_log.load("erp_gl_entries", [*good, no_day, no_class, in_2099])
    _hold(money_log, "erp_gl_entries", no_day, no_class, in_2099)
    money_log.build("+int_held_back_entries")
    query = """
        select gl_entry_key, posting_date, account_class, cast(natural_amount as double)
        from core_internal.int_held_back_entries order by 1
    """
    assert money_log.rows(query) == [
        ("erp|3", date(2026, 3, 1), "other", -13),
        ("erp|4", date(2026, 4, 2), "revenue", 50),
        ("erp|5", date(2026, 5, 4), "receivable", 113),
    ]
