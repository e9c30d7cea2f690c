"""What an advance changed: the difference of two days, row by row, in the words of both sides."""

import json
from collections.abc import Iterator
from datetime import date

import numpy as np
from sqlalchemy import Table

from demo_company.databases import SCHEMAS
from demo_company.rows import NULL, Rows, full
from demo_company.schema.columns import written
from demo_company.tables.snapshot import Snapshot

# table -> (contract entity, columns that make its key there)
ENTITIES = {
    "accounts": ("crm_accounts", ["acc_id"]), "contact_person": ("crm_contacts", ["person_id"]),
    "lead": ("crm_leads", ["lead_no"]), "sales_stage": ("crm_stages", ["pipeline", "stage_code"]),
    "opportunity": ("crm_opportunities", ["opp_id"]),
    "opportunity_stage_log": ("crm_opportunity_stage_history", ["opp_id", "stage_code", "entered_on"]),
    "activity": ("crm_activities", ["act_id"]), "quote header": ("crm_quotes", ["quote_id"]),
    "service_agreement": ("crm_contracts", ["agr_id"]), "campaign": ("crm_campaigns", ["campaign_no"]),
    "campaign_member": ("crm_campaign_members", ["member_id"]), "marketing_spend": ("crm_marketing_costs",
    ["spend_id"]),
    "web_event": ("crm_engagements", ["event_uuid"]), "nps_answer": ("crm_survey_responses", ["answer_id"]),
    "res_user": ("crm_users", ["uid"]), "sales_goal": ("crm_sales_targets", ["goal_id"]),
    "customer_master": ("erp_customers", ["kunnr"]), "material": ("erp_products", ["matnr"]),
    "so_head": ("erp_orders", ["so_id"]), "so_item": ("erp_order_lines", ["item_id"]),
    "2_invoice": ("erp_invoices", ["inv_id"]), "invoice_item": ("erp_invoice_lines", ["line_id"]),
    "cash_receipt": ("erp_payments", ["rec_id"]), "open_item_clearing": ("erp_payment_allocations", ["clr_id"]),
    "open_item_adjustment": ("erp_receivable_adjustments", ["adj_id"]),
    "customer_charge": ("erp_customer_costs", ["chg_id"]),
    "fx_rate": ("erp_exchange_rates", ["from_cur", "to_cur", "valid_day"]), "gl_journal": ("erp_gl_entries",
    ["entry_id"]),
    "budget_line": ("erp_budgets", ["line_id"]), "ticket": ("svc_tickets", ["ticket_no"]),
    "ticket_event": ("svc_ticket_events", ["event_no"]), "worklog": ("svc_time_entries", ["log_no"]),
    "agent": ("svc_agents", ["agent_no"]), "satisfaction_rating": ("crm_survey_responses", ["rating_no"]),
    "end_user": (None, ["user_no"]),
}  # fmt: skip


class Change:
    """How one table of one database differs between two days."""

    def __init__(self, database: str, table: Table, old: Rows, new: Rows) -> None:
        self.database, self.table, self.old, self.new = database, table, complete(table, old), complete(table, new)
        was, now = positions(table, self.old), positions(table, self.new)
        self.inserted = np.array([i for k, i in now.items() if k not in was], dtype=np.int64)
        self.deleted = np.array([i for k, i in was.items() if k not in now], dtype=np.int64)
        both = [(was[k], i) for k, i in now.items() if k in was]
        before, after = np.array(both, dtype=np.int64).reshape(-1, 2).T
        differs = {c.name: self.old.columns[c.name][before] != self.new.columns[c.name][after] for c in table.columns}
        any_differs = np.any(np.stack(list(differs.values())), axis=0) if len(before) else np.zeros(0, dtype=bool)
        self.updated_before, self.updated = before[any_differs], after[any_differs]
        index = np.flatnonzero(any_differs)
        self.columns = [[c for c, d in differs.items() if d[i]] for i in index.tolist()]

    @property
    def count(self) -> int:
        return len(self.inserted) + len(self.updated) + len(self.deleted)

    def lines(self, today: date) -> Iterator[str]:
        """One JSON line per changed row."""
        for operation, rows, index in (
            ("insert", self.new, self.inserted), ("update", self.new, self.updated), ("delete", self.old, self.deleted),
        ):  # fmt: skip
            part = rows.take(index)
            keys = [c.name for c in self.table.primary_key.columns]
            key_values = texts_of(self.table, part, keys)
            entity, parts = ENTITIES[self.table.name]
            entity_keys = texts_of(self.table, part, parts)
            meaning = self.meaning(operation, index)
            for i in range(len(part)):
                yield json.dumps(
                    {
                        "today": today.isoformat(), "database": self.database, "table": self.table.name,
                        "operation": operation, "key": dict(zip(keys, key_values[i], strict=True)), "entity": entity,
                        "entity_key": "|".join(entity_keys[i]), "entity_operation": meaning[i] if entity else None,
                        "columns": self.columns[i] if operation == "update" else None,
                    },
                    ensure_ascii=False,
                )  # fmt: skip

    def meaning(self, operation: str, index: np.ndarray) -> list[str | None]:
        """What the change means for the contract's entity: a soft delete is a delete, a draft is not there yet."""
        plain = [operation] * len(index)
        if self.table.name == "accounts" and operation == "update":
            gone = self.new.is_deleted[self.updated] != self.old.is_deleted[self.updated_before]
            return ["delete" if g else "update" for g in gone.tolist()]
        if self.table.name == "accounts" and operation == "insert":
            return [None if d else "insert" for d in (self.new.is_deleted[index] == 1).tolist()]
        if self.table.name == "2_invoice" and operation == "insert":
            return [None if d else "insert" for d in (self.new.inv_state[index] == 0).tolist()]
        if self.table.name == "2_invoice" and operation == "update":
            drafts = self.old.inv_state[self.updated_before] == 0
            still = self.new.inv_state[self.updated] == 0
            return [
                None if s else "insert" if d else "update" for d, s in zip(drafts.tolist(), still.tolist(), strict=True)
            ]
        if self.table.name == "web_event" and operation == "insert":
            return self.first_sight(index)
        return plain

    def first_sight(self, index: np.ndarray) -> list[str | None]:
        """An event that was sent twice is one event."""
        seen = set(self.old.event_uuid.tolist())
        result = []
        for uuid in self.new.event_uuid[index].tolist():
            result.append(None if uuid in seen else "insert")
            seen.add(uuid)
        return result


def complete(table: Table, rows: Rows) -> Rows:
    """With every column of the table."""
    return Rows(**{
        c.name: rows.columns[c.name] if c.name in rows.columns else full(len(rows),
        None if c.info["kind"] == "text" else NULL)
        for c in table.columns
    })  # fmt: skip


def positions(table: Table, rows: Rows) -> dict:
    """Row position by key."""
    keys = [rows.columns[c.name].tolist() for c in table.primary_key.columns]
    return {k: i for i, k in enumerate(keys[0] if len(keys) == 1 else zip(*keys, strict=True))}


def texts_of(table: Table, rows: Rows, names: list[str]) -> list[list[str]]:
    """Key values as the source's text, times without fractions of a second."""
    parts = [written(table.columns[n].info["kind"], rows.columns[n]) for n in names]
    return [[str(v).removesuffix(".000000") for v in values] for values in zip(*parts, strict=True)]


def differences(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """The tables that changed, in a fixed order."""
    for database, tables in new.items():
        for table in SCHEMAS[database].sorted_tables:
            if table.name in tables:
                change = Change(database, table, old.get(database, {}).get(table.name, Rows()), tables[table.name])
                if change.count:
                    yield change
