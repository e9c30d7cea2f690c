"""What a company costs: created, run for the first time, run with nothing new, run a day later, rebuilt.

Each run stands beside its limit, and beside one scan of all columns of what it published (DuckDB, the same machine).
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bare_read import read_all
from benchmarks.measure import Cost, cmw, python

FIRST_RUN_SECONDS = {3_000: 180, 300_000: 600}  # the limits that the product sets itself
EMPTY_RUN_SECONDS = 10


def _line(what: str, cost: Cost, beside: str) -> str:
    return f"| {what} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.peak_mb:.0f} | {beside} |"


def measure(customers: int) -> Iterator[str]:
    """The lines of the table, each as soon as it is measured, in the order in which a company meets them."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        env = {"CMW_HOME": str(home)}
        yield "| what | wall s | CPU s | peak MB | beside |"
        yield "|---|---|---|---|---|"
        create = cmw(env, "demo", "create", "--customers", str(customers))
        rows = read_all(home / "demo")
        yield _line(f"create the company ({rows:,} rows in three databases)", create, "–")
        yield from _reading(home, rows)
        yield from _running(home, env, customers)


def _reading(home: Path, rows: int) -> Iterator[str]:
    bare = python({"CMW_HOME": str(home)}, "-m", "benchmarks.bare_read", str(home / "demo"))
    yield _line("read all rows with the bare driver", bare, f"{rows / bare.wall:,.0f} rows/s")
    second = home / "reading"
    _same_databases(home, second)
    loaded = python({"CMW_HOME": str(second)}, "-m", "benchmarks.read_sources")
    shutil.rmtree(second)
    beside = f"{rows / loaded.wall:,.0f} rows/s = {bare.wall / loaded.wall:.2f} of bare"
    yield _line("read all rows into the change log", loaded, beside)


def _same_databases(home: Path, second: Path) -> None:
    """The same databases for a second, empty home; today.txt goes with them."""
    (second / "demo").mkdir(parents=True)
    for path in [*(home / "demo").glob("*.db"), home / "demo" / "today.txt"]:
        shutil.copy(path, second / "demo" / path.name)


def _running(home: Path, env: dict[str, str], customers: int) -> Iterator[str]:
    full = cmw(env, "run")
    scan = python(env, "-m", "benchmarks.scan", str(home / "published" / "current" / "parquet"))
    limit = FIRST_RUN_SECONDS.get(customers)
    share = f"{full.wall / limit:.2f} of the {limit} s; " if limit else ""
    yield _line("first run, everything", full, f"{share}{full.wall / scan.wall:.0f} × the scan")
    yield _line("scan all published columns once", scan, "–")
    empty = cmw(env, "run")
    share = f"{empty.wall / EMPTY_RUN_SECONDS:.2f} of the {EMPTY_RUN_SECONDS} s"
    yield _line("run with nothing new", empty, f"{share}; {empty.wall / scan.wall:.0f} × the scan")
    cmw(env, "demo", "advance", "--days", "1")
    for what, options in (("run of one new day", []), ("rebuild of everything", ["--full"])):
        cost = cmw(env, "run", *options)
        beside = f"{cost.wall / full.wall:.2f} of the first run; {cost.wall / scan.wall:.0f} × the scan"
        yield _line(what, cost, beside)
