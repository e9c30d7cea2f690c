"""Dirt planted on purpose in what the databases hold; the simulation itself stays clean.

Each kind of defect takes rows of the first chunk by the month in which they became known, so that a company
that lives on keeps its old defects and gets a few new ones.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from demo_company.days import Calendar, day_of, to_date
from demo_company.defect_catalogue import CATALOGUE
from demo_company.defects import Defect
from demo_company.draws import Draws
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows
from demo_company.simulation.chunk import Chunk
from demo_company.simulation.population import THREE_WAYS
from demo_company.tables import keys
from demo_company.tables.snapshot import Snapshot


@dataclass(frozen=True)
class Planted:
    """One planted defect, as it stands in truth/planted_defects.parquet. Money in ledger currency.

    ``true_customer_id`` and ``day`` are the row's own before it was spoiled, where it has them.
    """

    defect_id: str
    kind: str
    source_system: str
    entity: str
    key: str
    column: str
    description: str
    expected_rule: str
    money: Decimal | None
    true_customer_id: str | None = None
    day: date | None = None


def plant(plan: Plan, chunk: Chunk, calendar: Calendar, as_of: int, tables: Snapshot) -> list[Planted]:
    """Changes cells of the snapshot of this day in place; returns what was planted and is visible."""
    if chunk.number != 0:
        return []
    draws = Draws(plan.seed, -2)
    planted: list[Planted] = []
    taken: set[tuple[str, str]] = set()
    for defect in CATALOGUE:
        rows = tables[defect.database].get(defect.table, Rows())
        if not len(rows) or (defect.business_only and plan.settings["kind"] == "b2c"):
            continue
        known = day_of(defect.known(rows))
        fits = np.ones(len(rows), dtype=bool) if defect.fits is None else defect.fits(rows)
        if "deleted_on" in rows.columns:  # nobody sees a defect of a row that was gone before the first reading
            created_until = int(calendar.end[plan.months - 1])
            gone = day_of(rows.columns["deleted_on"])
            fits &= (rows.columns["deleted_on"] == NULL) | (gone >= created_until)
        for turn, (first, last) in enumerate(windows(plan, calendar, defect, draws)):
            if last > as_of:
                continue
            candidates = np.flatnonzero((known >= first) & (known <= last) & fits)
            if not len(candidates) and turn < past_turns(plan, defect):  # a small company has months without such a row
                candidates = np.flatnonzero((known >= calendar.first) & (known <= last) & fits)
            salt = int(draws.uniform(f"dirt.{defect.name}", 1, first)[0] * 2**31)
            position = choose(rows, defect, candidates, taken, salt)
            if position is not None:
                taken.add((defect.table, key_of(rows, defect, position)))
                planted.append(spoil(rows, defect, position, f"{defect.name}-{turn + 1}", tables))
    return planted + grown(chunk, as_of)


def windows(plan: Plan, calendar: Calendar, defect: Defect, draws: Draws) -> list[tuple[int, int]]:
    """First and last day on which the spoiled row became known: months of the past, then three days of each month."""
    count = past_turns(plan, defect)
    first, end = max(0, plan.months - 30), max(0, plan.months - 2)  # not the last months: their rows still change
    picked = first + (draws.uniform(f"dirt.months.{defect.name}", count) * (end - first)).astype(np.int64)
    past = [(int(calendar.start[m]), int(calendar.end[m]) - 1) for m in picked.tolist()]
    later = []
    for month in range(plan.months, len(calendar)):
        day = int(calendar.start[month] + draws.whole(f"dirt.day.{defect.name}", 0, 24, 1, month)[0])
        later.append((day, day + 2))
    return past + (later if defect.lasting else [])


def past_turns(plan: Plan, defect: Defect) -> int:
    """How many of the windows lie in the past; in later ones no old row is spoiled, since nobody would notice."""
    return max(defect.at_least, round(defect.count * min(1.0, max(plan.customers / 3000, 0.1))))


def choose(rows: Rows, defect: Defect, candidates: np.ndarray, taken: set[tuple[str, str]], salt: int) -> int | None:
    """The candidate with the smallest mark that no other defect has taken; the mark depends on the key alone."""
    mark = (defect.number(rows)[candidates] * 2_654_435_761 + salt) % 4_294_967_291
    for position in candidates[np.argsort(mark, kind="stable")].tolist():
        if (defect.table, key_of(rows, defect, position)) not in taken:
            return position
    return None


def key_of(rows: Rows, defect: Defect, position: int) -> str:
    return str(rows.columns[defect.key][position])


def spoil(rows: Rows, defect: Defect, position: int, defect_id: str, tables: Snapshot) -> Planted:
    money = None
    if defect.money:
        value = int(rows.columns[defect.money][position])
        money = None if value == NULL else Decimal(value).scaleb(-2)
    customer = keys.true_customer(rows, position)
    day = to_date(day_of(defect.known(rows))[position])
    before = len(rows)
    defect.change(rows, position, tables)
    key = key_of(rows, defect, position if len(rows) == before else before)
    return Planted(
        defect_id, defect.name, defect.database, defect.entity, key, defect.column, defect.description,
        defect.expected_rule, money, customer, day,
    )  # fmt: skip


def grown(chunk: Chunk, as_of: int) -> list[Planted]:
    """Dirt that the simulation brings by itself: companies written in three ways, twin accounts, late invoices."""
    p = chunk.parties
    found = []

    def note(kind: str, system: str, entity: str, key: str, column: str, text: str, *more: object) -> None:
        found.append(
            Planted(f"{kind}-{len(found) + 1}", kind, system, entity, key, column, text, kind, *(more or [None]))
        )

    for party in written_in_three_ways(chunk):
        twin = str(keys.account(p.gid[party]) + keys.TWINS)
        note("name_variant", "crm", "crm_accounts", twin, "account_name", f"another spelling of {p.name[party]}")
        code = keys.customer_codes(p.gid[party : party + 1])[0]
        note("name_variant", "erp", "erp_customers", code, "customer_name", f"another spelling of {p.name[party]}")
    twins = np.flatnonzero(p.twin_account[: chunk.old])[3:9]
    for gid in p.gid[twins].tolist():
        note("duplicate", "crm", "crm_accounts", str(keys.account(gid) + keys.TWINS), "account_id", "a second account")
    late = np.flatnonzero(chunk.invoices.late & (day_of(chunk.invoices.posted) <= as_of))[-6:]
    for position in late.tolist():
        invoice = chunk.invoices.take(np.array([position]))
        note("late_row", "erp", "erp_invoices", str(keys.ids(chunk.number, np.array([position]))[0]), "updated_at",
             "entered days after its date", Decimal(int(invoice.ledger_net[0])).scaleb(-2),
             keys.true_id(p.gid[invoice.party[0]]), to_date(invoice.date[0]))  # fmt: skip
    return found


def written_in_three_ways(chunk: Chunk) -> list[int]:
    """Customers of old whose account, twin account and ERP record each spell the name in another way."""
    if chunk.parties.tax_id[0] is None:
        return []
    return [n for n in THREE_WAYS if n < chunk.old]
