"""Lets the company live on: new, changed, deleted and late rows, each listed in a journal."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from demo_company import world as shared_world
from demo_company.create import Company, Summary, calendar_of, combined, new_truth, targets
from demo_company.databases import apply_change, open_database
from demo_company.journal import Change, differences
from demo_company.plan import DemoError, Plan

Report = Callable[[str, dict], None]


def advance(
    home: Path,
    days: int,
    *,
    urls: dict[str, str] | None = None,
    report: Report = lambda event, detail: None,
) -> Summary:
    """Lets ``days`` days pass. The same days from the same day always bring the same rows.

    Appends to demo/journal/<new day>.jsonl what changed, moves demo/today.txt and rewrites the truth. Raises DemoError.
    """
    if not 1 <= days <= 3660:
        raise DemoError(f"{days} days cannot pass. Choose 1 to 3660.")
    folder = home / "demo"
    plan = Plan.load(folder / "plan.json")
    before = date.fromisoformat((folder / "today.txt").read_text(encoding="utf-8").strip())
    today = before + timedelta(days=days)
    calendar = calendar_of(plan, today)
    company = Company(plan, calendar, shared_world.build(plan, calendar))
    places = targets(home, urls)
    summary = Summary(today)
    journal = folder / "journal"
    journal.mkdir(exist_ok=True)
    truth = new_truth(folder, company)
    with (journal / f"{today.isoformat()}.jsonl").open("w", encoding="utf-8") as lines:
        for number in range(len(plan.chunk_sizes)):
            report("step", {"name": f"customers {number + 1} of {len(plan.chunk_sizes)}"})
            chunk = company.chunk(number)
            old, _ = combined(company, chunk, calendar_of(plan, before))
            new, planted = combined(company, chunk, calendar)
            for change in differences(old, new):
                write(change, places[change.database])
                lines.writelines(line + "\n" for line in change.lines(today))
                summary.count(change.database, change.table.name, change.count)
            truth.chunk(chunk, company.world)
            truth.defects(planted)
    truth.close()
    (folder / "today.txt").write_text(today.isoformat() + "\n", encoding="utf-8")
    return summary


def write(change: Change, url: str) -> None:
    with open_database(change.database, url) as connection:
        apply_change(connection, change)
