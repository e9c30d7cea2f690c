"""Creates the company: simulates it chunk by chunk and writes databases, business date and truth."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from demo_company import world as shared_world
from demo_company.databases import SCHEMAS, default_urls, insert, make_tables, open_database
from demo_company.days import Calendar
from demo_company.dirt import Planted, plant
from demo_company.draws import Draws
from demo_company.plan import DEFAULT_SEED, Causes, Plan
from demo_company.rows import stack
from demo_company.simulation.chunk import Chunk, simulate
from demo_company.simulation.marketing import marketing_costs
from demo_company.tables.shared import company_postings
from demo_company.tables.snapshot import Snapshot, chunk_tables, shared_tables
from demo_company.truth import TruthWriter
from demo_company.world import World

Report = Callable[[str, dict], None]  # an event ("step") and what it is about ({"name": ...})


@dataclass
class Summary:
    """What was written: rows per database and table."""

    today: date
    rows: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(sum(tables.values()) for tables in self.rows.values())

    def count(self, database: str, table: str, rows: int) -> None:
        tables = self.rows.setdefault(database, {})
        tables[table] = tables.get(table, 0) + rows

    def __str__(self) -> str:
        parts = [f"{name}: {sum(t.values()):,} rows in {len(t)} tables" for name, t in self.rows.items()]
        return f"The demo company stands at {self.today}. Written: {'; '.join(parts) or 'nothing'}"


@dataclass(frozen=True)
class Company:
    """A plan, the calendar up to a day, and what all customers share."""

    plan: Plan
    calendar: Calendar
    world: World

    def chunk(self, number: int) -> Chunk:
        return simulate(self.plan, number, self.plan.chunk_sizes[number], self.world, self.calendar)


def create(
    home: Path,
    *,
    profile: str = "machine_maker",
    customers: int | None = None,
    months: int = 36,
    seed: int = DEFAULT_SEED,
    end_date: date = date(2026, 6, 30),
    urls: dict[str, str] | None = None,
    causes: Causes = Causes(),
    report: Report = lambda event, detail: None,
) -> Summary:
    """Creates the demo company below ``home / 'demo'``; an older one there is replaced.

    ``customers``: as many as the profile says, unless given. ``urls`` may name other databases for crm, erp and
    service_desk. Raises DemoError.
    """
    plan = Plan.of(profile, customers, months, seed, end_date, causes)
    folder = home / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    for old in (folder / "journal").glob("*.jsonl"):
        old.unlink()
    calendar = calendar_of(plan, end_date)
    company = Company(plan, calendar, shared_world.build(plan, calendar))
    summary = Summary(end_date)
    truth = new_truth(folder, company)
    for number, size in enumerate(plan.chunk_sizes):
        report("step", {"name": f"{size:,} customers ({number + 1} of {len(plan.chunk_sizes)})"})
        chunk = company.chunk(number)
        tables, planted = combined(company, chunk, calendar)
        write(tables, targets(home, urls), summary, fresh=number == 0)
        truth.chunk(chunk, company.world)
        truth.defects(planted)
    truth.close()
    plan.save(folder / "plan.json")
    (folder / "today.txt").write_text(end_date.isoformat() + "\n", encoding="utf-8")
    return summary


def calendar_of(plan: Plan, day: date) -> Calendar:
    return Calendar(plan.first_day, day, plan.settings["season"])


def targets(home: Path, urls: dict[str, str] | None) -> dict[str, str]:
    return default_urls(home) | (urls or {})


def new_truth(folder: Path, company: Company) -> TruthWriter:
    """An empty truth that already holds what belongs to no customer."""
    truth = TruthWriter(folder / "truth", company.plan, company.calendar)
    spend = marketing_costs(company.world, company.calendar, company.plan.customers, Draws(company.plan.seed, -1))
    truth.company(company_postings(company.plan, company.world, company.calendar), spend)
    return truth


def combined(company: Company, chunk: Chunk, calendar: Calendar) -> tuple[Snapshot, list[Planted]]:
    """The tables of a chunk on the calendar's day, with the dirt; the first chunk carries the shared tables too."""
    tables = chunk_tables(chunk, company.world, calendar.cut)
    if chunk.number == 0:
        for database, shared in shared_tables(company.plan, company.world, calendar).items():
            for name, rows in shared.items():
                mine = tables[database].get(name)
                tables[database][name] = rows if mine is None else stack(rows, mine)
    return tables, plant(company.plan, chunk, company.calendar, calendar.as_of, tables)


def write(snapshot: Snapshot, urls: dict[str, str], summary: Summary, *, fresh: bool) -> None:
    for database, tables in snapshot.items():
        with open_database(database, urls[database]) as connection:
            if fresh:
                make_tables(connection, database)
            for table in SCHEMAS[database].sorted_tables:
                if table.name in tables and len(tables[table.name]):
                    summary.count(database, table.name, insert(connection, table, tables[table.name]))
