"""All tables of the three databases as of a day: shared ones, and those of one chunk."""

from demo_company.days import Calendar
from demo_company.plan import Plan
from demo_company.rows import Rows
from demo_company.simulation.chunk import Chunk
from demo_company.tables import crm_marketing, crm_parties, crm_sales, desk, erp_documents, erp_money, shared
from demo_company.world import World

Snapshot = dict[str, dict[str, Rows]]  # database -> table -> rows


def shared_tables(plan: Plan, world: World, calendar: Calendar) -> Snapshot:
    journal = shared.company_journal(shared.company_postings(plan, world, calendar))
    return {
        "crm": shared.crm_tables(plan, world, calendar),
        "erp": shared.erp_tables(plan, world, calendar) | {"gl_journal": journal},
        "service_desk": shared.desk_tables(plan, world, calendar),
    }


def chunk_tables(chunk: Chunk, world: World, cut: int) -> Snapshot:
    return {
        "crm": {
            "accounts": crm_parties.accounts(chunk, world, cut),
            "contact_person": crm_parties.contacts(chunk, cut),
            "lead": crm_sales.leads(chunk, world, cut),
            "opportunity": crm_sales.opportunities(chunk, world, cut),
            "opportunity_stage_log": crm_sales.stage_log(chunk, cut),
            "activity": crm_marketing.activities(chunk, cut),
            "quote header": crm_sales.quotes(chunk, cut),
            "service_agreement": crm_sales.contracts(chunk, cut),
            "campaign_member": crm_marketing.members(chunk, cut),
            "web_event": crm_marketing.web_events(chunk, world, cut),
            "nps_answer": crm_marketing.nps(chunk, cut),
        },
        "erp": {
            "customer_master": erp_documents.customers(chunk, cut),
            "so_head": erp_documents.orders(chunk, world, cut),
            "so_item": erp_documents.order_lines(chunk, world, cut),
            "2_invoice": erp_documents.invoices(chunk, cut),
            "invoice_item": erp_documents.invoice_lines(chunk, world, cut),
            "cash_receipt": erp_money.receipts(chunk, cut),
            "open_item_clearing": erp_money.clearings(chunk, cut),
            "open_item_adjustment": erp_money.adjustments(chunk, cut),
            "customer_charge": erp_money.charges(chunk, cut),
            "gl_journal": erp_money.journal(chunk, cut),
        },
        "service_desk": {
            "end_user": desk.users(chunk, cut),
            "ticket": desk.tickets(chunk, world, cut),
            "ticket_event": desk.events(chunk, cut),
            "worklog": desk.worklogs(chunk, cut),
            "satisfaction_rating": desk.ratings(chunk, cut),
        },
    }
