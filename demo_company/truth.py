"""Writes the truth as Parquet, chunk by chunk (README.md lists the tables)."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from demo_company import truth_details, truth_tables
from demo_company.days import Calendar, to_date
from demo_company.dirt import Planted
from demo_company.plan import Plan
from demo_company.rows import Rows
from demo_company.simulation.chunk import Chunk
from demo_company.simulation.ledger import COGS, RECEIVABLE, REVENUE
from demo_company.tables import keys
from demo_company.world import World

MONEY = pa.decimal128(18, 2)
UNASSIGNED = "unassigned"
SCHEMAS = {
    "who_is_who": [("true_customer_id", pa.string()), ("source_system", pa.string()), ("entity", pa.string()),
                   ("source_key", pa.string()), ("link", pa.string())],
    "customers": [("true_customer_id", pa.string()), ("customer_name", pa.string()), ("customer_since", pa.date32()),
                  ("slow_served", pa.bool_()), ("contacted_late", pa.bool_()), ("golden_role", pa.string())],
    "churn": [("true_customer_id", pa.string()), ("left_on", pa.date32()), ("reason", pa.string()),
              ("came_back_on", pa.date32())],
    "customer_months": [("true_customer_id", pa.string()), ("month_start", pa.date32()), ("revenue", MONEY),
                        ("cogs", MONEY), ("billed_net", MONEY), ("billed_gross", MONEY), ("collected", MONEY),
                        ("receivable_closing", MONEY)],
    "active_customers": [("day", pa.date32()), ("rule", pa.string()), ("true_customer_id", pa.string())],
    "receivable_by_day": [("day", pa.date32()), ("receivable", MONEY)],
    "sales_by_month": [("month_start", pa.date32()), ("leads", pa.int64()), ("converted_leads", pa.int64()),
                       ("opportunities_won", pa.int64()), ("opportunities_lost", pa.int64()),
                       ("opportunities_dropped", pa.int64()), ("amount_won", MONEY)],
    "planted_defects": [("defect_id", pa.string()), ("kind", pa.string()), ("source_system", pa.string()),
                        ("entity", pa.string()), ("key", pa.string()), ("column", pa.string()),
                        ("description", pa.string()), ("expected_rule", pa.string()), ("money", MONEY),
                        ("true_customer_id", pa.string()), ("day", pa.date32())],
} | truth_details.SCHEMAS  # fmt: skip


def cents(values: np.ndarray) -> list[Decimal]:
    return [Decimal(v).scaleb(-2) for v in values.tolist()]


def in_money(name: str, columns: dict) -> dict:
    """The columns of a table with cents as amounts."""
    kinds = dict(SCHEMAS[name])
    return {column: cents(values) if kinds[column] == MONEY else values for column, values in columns.items()}


class TruthWriter:
    """Collects the truth of all chunks below ``folder``; totals are written at the end."""

    def __init__(self, folder: Path, plan: Plan, calendar: Calendar) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.plan, self.calendar = folder, plan, calendar
        self.writers = {name: pq.ParquetWriter(folder / f"{name}.parquet", pa.schema(s)) for name, s in SCHEMAS.items()}
        self.receivable = np.zeros(calendar.as_of - calendar.first + 1, dtype=np.int64)
        self.sales = np.zeros((6, len(calendar)), dtype=np.int64)

    def put(self, name: str, columns: dict[str, list]) -> None:
        self.writers[name].write_table(pa.table(columns, schema=pa.schema(SCHEMAS[name])))

    def chunk(self, chunk: Chunk, world: World) -> None:
        """The truth of one chunk."""
        calendar = self.calendar
        self.put("who_is_who", truth_tables.who_is_who(chunk, calendar))
        self.put("customers", truth_tables.customers(self.plan, chunk, calendar))
        self.put("churn", truth_tables.churn(chunk, calendar))
        self.months(chunk.parties.gid, truth_tables.money(chunk, calendar))
        active = [
            (to_date(day), rule, keys.true_id(gid))
            for day, rule, parties in truth_tables.active(chunk, calendar)
            for gid in chunk.parties.gid[parties].tolist()
        ]
        names = [name for name, _ in SCHEMAS["active_customers"]]
        self.put("active_customers", dict(zip(names, zip(*active, strict=True), strict=True)))
        for name, columns in truth_details.details(chunk, world, calendar).items():
            self.put(name, in_money(name, columns))
        self.receivable += truth_tables.receivable_by_day(chunk, calendar)
        self.sales += truth_tables.sales_by_month(chunk, calendar)

    def months(self, gid: np.ndarray, money: dict[str, np.ndarray]) -> None:
        """Only months in which something is not zero."""
        filled = np.any(np.stack(list(money.values())) != 0, axis=0)
        party, month = np.nonzero(filled)
        self.put(
            "customer_months",
            {"true_customer_id": [keys.true_id(g) for g in gid[party].tolist()],
             "month_start": [self.calendar.dates[m] for m in month.tolist()]}
            | {name: cents(values[filled]) for name, values in money.items()},
        )  # fmt: skip

    def company(self, postings: Rows, spend: Rows) -> None:
        """What the ledger holds without a customer, and what marketing spent."""
        self.put("marketing_spend", in_money("marketing_spend", truth_details.marketing_spend(spend, self.calendar)))
        months = len(self.calendar)
        nobody = np.zeros(len(postings), dtype=np.int64)
        zero = np.zeros(months, dtype=np.int64)

        def posted(*accounts: int) -> np.ndarray:
            mine = np.isin(postings.account, accounts)
            return truth_tables.month_sums(self.calendar, nobody[mine], postings.day[mine], postings.amount[mine], 1)[0]

        money = {
            "revenue": -posted(*REVENUE),
            "cogs": posted(COGS),
            "receivable_closing": np.cumsum(posted(RECEIVABLE)),
        }
        columns = {name: cents(money.get(name, zero)) for name, kind in SCHEMAS["customer_months"] if kind == MONEY}
        self.put(
            "customer_months", {"true_customer_id": [UNASSIGNED] * months, "month_start": self.calendar.dates} | columns
        )

    def defects(self, planted: list[Planted]) -> None:
        names = [name for name, _ in SCHEMAS["planted_defects"]]
        self.put("planted_defects", {name: [getattr(p, name) for p in planted] for name in names})

    def close(self) -> None:
        """Totals, and the end of every file."""
        first = self.calendar.first
        self.put("receivable_by_day", {"day": [to_date(first + k) for k in range(len(self.receivable))],
                                       "receivable": cents(np.cumsum(self.receivable))})  # fmt: skip
        names = [name for name, _ in SCHEMAS["sales_by_month"]]
        values = [self.calendar.dates, *(row.tolist() for row in self.sales[:5]), cents(self.sales[5])]
        self.put("sales_by_month", dict(zip(names, values, strict=True)))
        for writer in self.writers.values():
            writer.close()
