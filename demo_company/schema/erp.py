"""The ERP: local times, customer numbers with leading zeros, status digits, a table name that begins with a digit."""

from sqlalchemy import MetaData

from demo_company.schema.columns import table

metadata = MetaData()

customer_master = table(
    "customer_master", metadata, kunnr="*text:10", name1="text:120", crm_ref="text:20", merged_kunnr="text:10",
    tax_no="text:30", telf="text:30", smtp="text:120", regio="text:4", land="text:2", ort="text:40", klimk="money",
    zterm="small", waers="text:3", locked="text:1", created_at="local", changed_at="local", removed_at="local",
)  # fmt: skip
material = table(
    "material", metadata, matnr="*text:20", maktx="text:80", line="text:40", category="text:40", list_price="money",
    std_cost="money", waers="text:3", discontinued="text:1", changed_at="local",
)  # fmt: skip
so_head = table(
    "so_head", metadata, so_id="*int", so_no="text:20", kunnr="text:10", agreement_ref="text:20", so_day="day_number",
    so_state="small", cancel_day="day_number", waers="text:3", rep_code="text:8", channel="text:20", regio="text:4",
    opp_ref="text:20", total_net="money", promised="day_number", delivered_at="local", changed_at="local",
)  # fmt: skip
so_item = table(
    "so_item", metadata, item_id="*int", so_id="int", pos="small", matnr="text:20", menge="quantity", price="money",
    rebate="money", tax="money", net="money", cost="money", promised="day_number", delivered_at="local",
    changed_at="local",
)  # fmt: skip
invoice = table(
    "2_invoice", metadata, inv_id="*int", inv_no="text:20", inv_type="text:2", kunnr="text:10",
    agreement_ref="text:20", so_id="int", inv_day="day", due_day="day", waers="text:3", net="money", tax="money",
    gross="money", net_home="money", gross_home="money", inv_state="small", storno_day="day", ref_inv_id="int",
    disputed="text:1", paid_state="small", changed_at="local",
)  # fmt: skip
invoice_item = table(
    "invoice_item", metadata, line_id="*int", inv_id="int", so_item_id="int", matnr="text:20", menge="quantity",
    price="money", rebate="money", net="money", tax="money", cost="money", ref_line_id="int", changed_at="local",
)  # fmt: skip
cash_receipt = table(
    "cash_receipt", metadata, rec_id="*int", kunnr="text:10", value_day="day", amount="money", waers="text:3",
    amount_home="money", method="text:4", rec_state="small", recalled="day", changed_at="local",
)  # fmt: skip
open_item_clearing = table(
    "open_item_clearing", metadata, clr_id="*int", rec_id="int", crn_id="int", inv_id="int", amount="money",
    amount_rec="money", clr_day="day", changed_at="local",
)  # fmt: skip
open_item_adjustment = table(
    "open_item_adjustment", metadata, adj_id="*int", kunnr="text:10", inv_id="int", reason="small", amount="money",
    waers="text:3", adj_day="day", changed_at="local",
)  # fmt: skip
customer_charge = table(
    "customer_charge", metadata, chg_id="*int", kunnr="text:10", chg_type="text:3", chg_day="day", amount="money",
    waers="text:3",
)  # fmt: skip
fx_rate = table(
    "fx_rate", metadata, from_cur="*text:3", to_cur="*text:3", valid_day="*day", rate="rate",
)  # fmt: skip
gl_journal = table(
    "gl_journal", metadata, entry_id="*int", posting_day="day", account="text:10", acct_class="small", kunnr="text:10",
    amount="money", doc_type="text:3", doc_id="text:20", entry_text="text:80", changed_at="local",
)  # fmt: skip
budget_line = table(
    "budget_line", metadata, line_id="*int", metric="text:60", period_day="day", grain="text:1", dim_name="text:30",
    dim_value="text:60", amount="money", menge="quantity", waers="text:3", version="text:10",
)  # fmt: skip
