"""Creates the company: simulates it chunk by chunk and writes databases, business date and truth."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from demo_company import world as shared_world
from demo_company.databases import SCHEMAS, default_urls, insert, make_tables, open_database
from demo_company.days import Calendar
from demo_company.plan import DEFAULT_SEED, Causes, Plan
from demo_company.simulation.chunk import simulate
from demo_company.tables.snapshot import Snapshot, chunk_tables, shared_tables

Report = Callable[[str, int, int], None]  # what is being done, step, steps


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


def create(
    home: Path,
    *,
    profile: str = "machine_maker",
    customers: int = 3000,
    months: int = 36,
    seed: int = DEFAULT_SEED,
    end_date: date = date(2026, 6, 30),
    urls: dict[str, str] | None = None,
    causes: Causes = Causes(),
    report: Report = lambda what, step, steps: None,
) -> Summary:
    """Creates the demo company below ``home / 'demo'``; an older one there is replaced.

    ``urls`` may name other databases for crm, erp and service_desk. Raises DemoError.
    """
    plan = Plan(profile, customers, months, seed, end_date, causes)
    folder = home / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    calendar = Calendar(plan.first_day, end_date, plan.settings["season"])
    world = shared_world.build(plan, calendar)
    targets = default_urls(home) | (urls or {})
    summary = Summary(end_date)
    sizes = plan.chunk_sizes
    steps = len(sizes) + 1
    report("shared data", 0, steps)
    write(shared_tables(plan, world, calendar), targets, summary, fresh=True)
    for number, size in enumerate(sizes):
        report(f"{size} customers", number + 1, steps)
        chunk = simulate(plan, number, size, world, calendar)
        write(chunk_tables(chunk, world, calendar.cut), targets, summary)
    plan.save(folder / "plan.json")
    (folder / "today.txt").write_text(end_date.isoformat() + "\n", encoding="utf-8")
    return summary


def write(snapshot: Snapshot, urls: dict[str, str], summary: Summary, *, fresh: bool = False) -> None:
    for database, tables in snapshot.items():
        with open_database(database, urls[database]) as connection:
            if fresh:
                make_tables(connection, database)
            for table in SCHEMAS[database].sorted_tables:
                if table.name in tables and len(tables[table.name]):
                    summary.count(database, table.name, insert(connection, table, tables[table.name]))
