"""Companies for the tests, and what their databases hold."""

import sqlite3
from datetime import date
from pathlib import Path

from demo_company import world
from demo_company.create import Company, calendar_of
from demo_company.plan import DEFAULT_SEED, Causes, Plan

END = date(2026, 6, 30)
DATABASES = ("crm", "erp", "service_desk")


def company(
    profile: str = "machine_maker",
    customers: int = 240,
    months: int = 24,
    today: date = END,
    until: date = END,
    causes: Causes = Causes(),
) -> Company:
    plan = Plan(profile, customers, months, DEFAULT_SEED, until, causes)
    calendar = calendar_of(plan, today)
    return Company(plan, calendar, world.build(plan, calendar))


def dump(home: Path) -> dict[str, list[tuple]]:
    """Every row of every table, by key."""
    rows = {}
    for name in DATABASES:
        with sqlite3.connect(home / "demo" / f"{name}.db") as connection:
            tables = connection.execute("select name from sqlite_master where type = 'table' order by name").fetchall()
            for (table,) in tables:
                rows[f"{name}.{table}"] = sorted(connection.execute(f'select * from "{table}"').fetchall(), key=repr)
        connection.close()
    return rows
