"""Traps that real systems set, in one small company: what the source file has to say, and what comes of it."""

from datetime import date
from decimal import Decimal

import pytest

SOURCE = """
crm_leads:
  query: "select * from crm_lead where kind = 'lead' or converted is not null"
  columns: {lead_id: id, created_at: made, converted_at: converted}
  values: {status: {new: open, won: converted, lost: converted, proposal: converted}}
crm_opportunities:
  query: >
    select *, status as stage, case when status in ('won', 'lost') then status else 'open' end as outcome
    from crm_lead where kind = 'opportunity'
  columns: {opportunity_id: id, created_at: made, amount: worth}
crm_accounts:
  query: >
    select a.id, json_extract(a.name, '$.en_US') as name, a.made,
      max(case when x.attribute = 'industry' then x.content end) as industry,
      max(case when x.attribute = 'staff' then x.content end) as employee_count
    from account as a left join account_attribute as x on x.account = a.id group by a.id
  columns: {account_id: id, account_name: name, created_at: made}
erp_invoices:
  table: "2 sales-documents"
  where: "state <> 0"
  columns: {invoice_id: id, invoice_date: "doc-day", net_amount: net, gross_amount: gross}
  values: {status: {1: posted, 9: cancelled}}
  constants: {document_type: invoice}
  formats: {invoice_date: "%d/%m/%Y"}
erp_payments: {table: payment, columns: {payment_id: id, payment_date: day}}
erp_payment_allocations:
  table: allocation
  columns: {allocation_id: id, payment_id: payment, invoice_id: invoice, allocated_amount: amount, allocated_on: day}
"""
TABLES = """
create table crm_lead (id text, kind text, status text, active integer, made text, converted text, worth numeric(18,2));
insert into crm_lead values ('1', 'lead', 'new', 1, '2024-05-01', null, null),
  ('2', 'opportunity', 'won', 1, '2024-05-01', '2024-05-03', 100),
  ('3', 'opportunity', 'lost', 0, '2024-05-01', '2024-05-04', 900);
create table account (id text, name text, made text);
insert into account values ('007', '{"en_US": "Bearings", "zh_CN": "轴承"}', '2024-01-01'),
  ('7', '{"zh_CN": "甲"}', '2024-01-01');
create table account_attribute (account text, attribute text, content text);
insert into account_attribute values ('007', 'industry', 'steel'), ('007', 'staff', '12'), ('7', 'industry', 'glass');
create table "2 sales-documents" (id text, "doc-day" text, net numeric(18,2), gross numeric(18,2), status integer,
  state integer);
insert into "2 sales-documents" values ('A', '03/05/2024', 100, 119, 1, 1), ('B', '04/05/2024', null, null, 0, 0);
create table payment (id text, day text, amount numeric(18,2));
insert into payment values ('P1', '2024-05-10', 50), ('P2', '2024-05-20', 30);
create table allocation (id text, payment text, invoice text, amount numeric(18,2), day text);
insert into allocation values ('1', 'P1', 'A', 50, '2024-05-12'), ('2', 'P2', 'A', 30, '2024-05-25');
"""


@pytest.fixture
def company(small_company):
    small_company.source(SOURCE)
    small_company.sql(TABLES)
    loads = small_company.extract().loads
    assert {load.status for load in loads} == {"loaded"}, [load.error for load in loads]
    return small_company


def test_a_lost_deal_that_is_an_inactive_row_is_lost_and_not_missing(company):
    outcomes = {row["_key"]: row["outcome"] for row in company.newest("crm_opportunities")}
    assert outcomes == {"2": "won", "3": "lost"}


def test_a_lead_that_is_converted_in_place_is_a_lead_and_an_opportunity(company):
    statuses = {row["_key"]: row["status"] for row in company.newest("crm_leads")}
    assert statuses == {"1": "open", "2": "converted", "3": "converted"}
    company.sql(
        "update crm_lead set kind = 'opportunity', status = 'proposal', converted = '2024-05-09' where id = '1'"
    )
    company.extract()
    assert {row["_key"]: row["status"] for row in company.newest("crm_leads")}["1"] == "converted"
    assert {row["_key"]: row["outcome"] for row in company.newest("crm_opportunities")}["1"] == "open"


def test_attributes_kept_as_rows_become_columns_and_translated_names_one_text(company):
    rows = {row["_key"]: row for row in company.newest("crm_accounts")}
    assert (rows["007"]["account_name"], rows["007"]["industry"], rows["007"]["employee_count"]) == (
        "Bearings",
        "steel",
        12,
    )
    assert (rows["7"]["account_name"], rows["7"]["industry"], rows["7"]["employee_count"]) == (None, "glass", None)


def test_names_with_hyphens_blanks_and_digits_are_quoted_and_drafts_without_totals_left_out(company):
    (row,) = company.newest("erp_invoices")
    assert (row["invoice_id"], row["invoice_date"], row["net_amount"], row["status"]) == (
        "A",
        date(2024, 5, 3),
        Decimal(100),
        "posted",
    )


def test_partial_payments_keep_their_amounts_and_the_day_of_allocation_is_not_that_of_payment(company):
    allocations = company.newest("erp_payment_allocations", "allocated_amount, allocated_on, payment_id, _key")
    assert [(row["allocated_amount"], row["allocated_on"]) for row in allocations] == [
        (Decimal(50), date(2024, 5, 12)),
        (Decimal(30), date(2024, 5, 25)),
    ]
    days = [row["payment_date"] for row in company.newest("erp_payments", "payment_date, _key")]
    assert days == [date(2024, 5, 10), date(2024, 5, 20)]
    assert company.newest("erp_invoices")[0]["gross_amount"] - sum(row["allocated_amount"] for row in allocations) == 39
