"""Every kind of planted dirt. Columns are named as in the contract; the expected rule is a hint, not a rule's name."""

from datetime import date

import numpy as np

from demo_company.days import number as day_number
from demo_company.defects import Defect, again, cny, created, negate, of_day, put
from demo_company.rows import NULL, Rows

NO_SUCH = 777_777_777
SHARED_MAIL = "caigou@gongxiang.example"
YEAR_2031 = day_number(date(2031, 1, 1)) * 86_400


def own_account(rows: Rows) -> np.ndarray:
    return (rows.acc_id < 500_000_000) & (rows.acc_id > 10_003)


def plain_order(rows: Rows) -> np.ndarray:
    return cny(rows) & np.array([o is None for o in rows.opp_ref])


def goods_invoice(rows: Rows) -> np.ndarray:
    return cny(rows) & (rows.so_id != NULL) & (rows.ref_inv_id == NULL) & (rows.inv_state == 1)


def small_revenue(rows: Rows) -> np.ndarray:
    return (rows.acct_class == 1) & (rows.amount < 0) & (rows.amount > -900_000) & (rows.doc_type == "INV")


CRM = [
    Defect("account_without_name", "crm", "accounts", "crm_accounts", "acc_id", "account_name",
    "名称为空: the name is empty",
           "required_field", put("acc_name", None), created("created_on"), 3, fits=own_account),
    Defect("placeholder_name", "crm", "accounts", "crm_accounts", "acc_id", "account_name",
    "the name is 测试客户, a test",
           "placeholder", put("acc_name", "测试客户"), created("created_on"), 2, fits=own_account),
    Defect("placeholder_tax_id", "crm", "accounts", "crm_accounts", "acc_id", "tax_id",
    "the same tax id of zeros for several",
           "placeholder", put("uscc", "000000000000000000"), created("created_on"), 3, 2, fits=own_account,
           business_only=True),
    Defect("placeholder_phone", "crm", "contact_person", "crm_contacts", "person_id", "phone", "telephone 13800000000",
           "placeholder", put("mobile", "13800000000"), created("created_on"), 3, lasting=True),
    Defect("shared_email", "crm", "contact_person", "crm_contacts", "person_id", "email",
           "persons of different companies with one address", "shared_email", put("mail", SHARED_MAIL),
           created("created_on"), 4, 2),
    Defect("malformed_email", "crm", "contact_person", "crm_contacts", "person_id", "email",
    "an address without a host",
           "invalid_format", put("mail", "zhang.wei@"), created("created_on"), 2),
    Defect("impossible_birth_date", "crm", "contact_person", "crm_contacts", "person_id", "birth_date", "born in 2091",
           "impossible_date", put("birthday", day_number(date(2091, 5, 1))), created("created_on"), 1),
    Defect("future_contact_change", "crm", "contact_person", "crm_contacts", "person_id", "updated_at",
           "changed in 2031", "future_updated_at", put("modified_on", YEAR_2031), created("created_on"), 1),
    Defect("unknown_account_type", "crm", "accounts", "crm_accounts", "acc_id", "account_type",
    "kind 5, which nobody knows",
           "unknown_code", put("acc_kind", 5), created("created_on"), 1, fits=own_account),
    Defect("unknown_lead_state", "crm", "lead", "crm_leads", "lead_no", "status", "state 7, which nobody knows",
    "unknown_code",
           put("lead_state", 7), created("created_on"), 2, lasting=True),
    Defect("duplicate_lead", "crm", "lead", "crm_leads", "lead_no", "lead_id", "the same person twice, minutes apart",
           "duplicate", again({"lead_no": "{}X", "created_on": 420}), created("created_on"), 4, lasting=True),
    Defect("lead_before_1980", "crm", "lead", "crm_leads", "lead_no", "created_at", "created on 1970-01-01",
    "impossible_date",
           put("created_on", 0), created("created_on"), 1),
    Defect("orphan_opportunity", "crm", "opportunity", "crm_opportunities", "opp_id", "account_id",
    "an account that is not there",
           "orphan", put("acc_id", NO_SUCH), created("created_on"), 2, money="amount", fits=lambda r: r.cur == "CNY"),
    Defect("impossible_spend_date", "crm", "marketing_spend", "crm_marketing_costs", "spend_id", "cost_date",
           "30 February as text", "impossible_date", put("spend_day", 20_260_230), of_day("spend_day"), 1,
           money="amount"),
    Defect("resent_event", "crm", "web_event", "crm_engagements", "event_uuid", "engagement_id",
           "sent twice with another sequence number", "resent_row", again({"seq": 5_000_000_000}),
           created("happened_on"), 5, lasting=True, fits=lambda r: r.acc_id != NULL),
]  # fmt: skip
ERP = [
    Defect("customer_negative_terms", "erp", "customer_master", "erp_customers", "kunnr", "payment_terms_days",
           "payment term of -30 days", "out_of_range", put("zterm", -30), created("created_at"), 1),
    Defect("unknown_order_state", "erp", "so_head", "erp_orders", "so_id", "status", "state 5, which nobody knows",
           "unknown_code", put("so_state", 5), of_day("so_day"), 2, money="total_net", fits=plain_order, lasting=True),
    Defect("unknown_order_currency", "erp", "so_head", "erp_orders", "so_id", "currency", "RMB is no ISO code",
    "unknown_code",
           put("waers", "RMB"), of_day("so_day"), 1, money="total_net", fits=plain_order),
    Defect("impossible_order_date", "erp", "so_head", "erp_orders", "so_id", "order_date", "30 February 2026",
    "impossible_date",
           put("so_day", 20_260_230), of_day("so_day"), 1, money="total_net", fits=plain_order),
    Defect("future_order_change", "erp", "so_head", "erp_orders", "so_id", "updated_at", "changed in 2031",
           "future_updated_at", put("changed_at", YEAR_2031), of_day("so_day"), 1, money="total_net", fits=plain_order),
    Defect("negative_quantity", "erp", "so_item", "erp_order_lines", "item_id", "quantity",
           "a negative quantity with a positive amount", "negative_quantity", negate("menge"),
           of_day("promised"), 2, money="net"),
    Defect("orphan_order_line", "erp", "so_item", "erp_order_lines", "item_id", "order_id", "its order is not there",
    "orphan",
           put("so_id", NO_SUCH), of_day("promised"), 2, money="net"),
    Defect("invoice_in_2099", "erp", "2_invoice", "erp_invoices", "inv_id", "invoice_date", "dated 2099-12-31",
           "impossible_date", put("inv_day", day_number(date(2099, 12, 31))), of_day("inv_day"), 1, money="net_home",
           fits=goods_invoice),
    Defect("invoice_in_1900", "erp", "2_invoice", "erp_invoices", "inv_id", "invoice_date", "dated 1900-01-01",
           "impossible_date", put("inv_day", day_number(date(1900, 1, 1))), of_day("inv_day"), 1, money="net_home",
           fits=goods_invoice),
    Defect("invoice_without_gross", "erp", "2_invoice", "erp_invoices", "inv_id", "gross_amount",
    "posted without a gross amount",
           "required_field", put("gross", NULL), of_day("inv_day"), 1, money="net_home", fits=goods_invoice),
    Defect("invoice_of_nobody", "erp", "2_invoice", "erp_invoices", "inv_id", "customer_code",
    "a customer that is not there",
           "orphan", put("kunnr", "0000999999"), of_day("inv_day"), 1, money="net_home", fits=goods_invoice),
    Defect("orphan_clearing", "erp", "open_item_clearing", "erp_payment_allocations", "clr_id", "invoice_id",
           "its invoice is not there", "orphan", put("inv_id", NO_SUCH), of_day("clr_day"), 1, money="amount"),
    Defect("unknown_ledger_class", "erp", "gl_journal", "erp_gl_entries", "entry_id", "account_class",
           "class 77, which nobody knows", "unknown_code", put("acct_class", 77), of_day("posting_day"), 1,
           money="amount",
           fits=small_revenue),
    Defect("posting_without_day", "erp", "gl_journal", "erp_gl_entries", "entry_id", "posting_date", "no posting day",
           "required_field", put("posting_day", NULL), of_day("posting_day"), 1, money="amount", fits=small_revenue),
    Defect("unknown_cost_type", "erp", "customer_charge", "erp_customer_costs", "chg_id", "cost_type", "type XXX",
           "unknown_code", put("chg_type", "XXX"), of_day("chg_day"), 1, money="amount"),
]  # fmt: skip
DESK = [
    Defect("solved_before_asked", "service_desk", "ticket", "svc_tickets", "ticket_no", "resolved_at",
           "solved years before it was asked", "impossible_date", put("solved_at", 1_500_000_000), created("opened_at"),
           2),
    Defect("unknown_ticket_state", "service_desk", "ticket", "svc_tickets", "ticket_no", "status",
    "state 8, which nobody knows",
           "unknown_code", put("state", 8), created("opened_at"), 1, lasting=True),
    Defect("orphan_event", "service_desk", "ticket_event", "svc_ticket_events", "event_no", "ticket_id",
           "its ticket is not there", "orphan", put("ticket_no", NO_SUCH), created("at"), 2),
    Defect("negative_minutes", "service_desk", "worklog", "svc_time_entries", "log_no", "minutes", "minus 45 minutes",
           "out_of_range", put("minutes", -45), created("created_at"), 1),
    Defect("nine_stars", "service_desk", "satisfaction_rating", "crm_survey_responses", "rating_no", "score",
    "nine of five stars",
           "out_of_range", put("stars", 9), created("asked_at"), 1),
]  # fmt: skip
CATALOGUE = [*CRM, *ERP, *DESK]
