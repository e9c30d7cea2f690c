"""`make bench`: the demo's costs, each beside its limit or its peer, written to benchmarks/results.md."""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import ingestion
from benchmarks.bare_read import read_all
from benchmarks.measure import Cost, cmw, python

RESULTS = Path(__file__).parent / "results.md"


def _line(what: str, cost: Cost, beside: str) -> str:
    return f"| {what} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.peak_mb:.0f} | {beside} |"


def measure(customers: int, home: Path) -> list[str]:
    """One line a measurement, in the order in which a company would meet them."""
    env = {"CMW_HOME": str(home)}
    lines = []
    create = cmw(env, "demo", "create", "--customers", str(customers))
    rows = read_all(home / "demo")
    lines.append(_line(f"create the demo ({rows:,} rows)", create, "–"))

    bare = python(env, "-m", "benchmarks.bare_read", str(home / "demo"))
    reading = python({"CMW_HOME": str(home / "reading"), **_demo_urls(home)}, "-m", "benchmarks.read_sources")
    ratio = (rows / reading.wall) / (rows / bare.wall)
    lines.append(_line("read all rows with the bare driver", bare, f"{rows / bare.wall:,.0f} rows/s"))
    lines.append(
        _line("read all rows into the change log", reading, f"{rows / reading.wall:,.0f} rows/s = {ratio:.2f} of bare")
    )
    full = cmw(env, "run")
    lines.append(_line("first run, everything", full, f"{full.wall / 180:.2f} of the 180 s aimed at"))
    empty = cmw(env, "run")
    lines.append(_line("run with nothing new", empty, f"{empty.wall / 10:.2f} of the 10 s limit"))
    cmw(env, "demo", "advance", "--days", "1")
    day = cmw(env, "run")
    lines.append(_line("run of one new day", day, f"{day.wall / full.wall:.2f} of the first run"))
    rebuild = cmw(env, "run", "--full")
    lines.append(_line("rebuild of everything", rebuild, f"{rebuild.wall / full.wall:.2f} of the first run"))
    return lines


def _demo_urls(home: Path) -> dict[str, str]:
    """The same databases for a second, empty home; today.txt goes with them."""
    target = home / "reading" / "demo"
    target.mkdir(parents=True, exist_ok=True)
    for path in [*(home / "demo").glob("*.db"), home / "demo" / "today.txt"]:
        shutil.copy(path, target / path.name)
    return {}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--customers", type=int, default=3000)
    parser.add_argument("--rows", type=int, default=ingestion.ROWS)
    said = parser.parse_args()
    servers = [os.environ[name] for name in ("CMW_TEST_POSTGRES_URL", "CMW_TEST_MYSQL_URL") if os.environ.get(name)]
    with tempfile.TemporaryDirectory() as folder:
        company = measure(said.customers, Path(folder))
    text = "\n".join(
        [
            "# Measured",
            "",
            f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors. "
            "`make bench` repeats it; with CMW_TEST_POSTGRES_URL and CMW_TEST_MYSQL_URL also on servers.",
            "",
            f"## A company of {said.customers:,} customers, 36 months (one run each)",
            "",
            "| what | wall s | CPU s | peak MB | beside |",
            "|---|---|---|---|---|",
            *company,
            "",
            f"## {said.rows:,} rows of 12 columns (the better of two, in turns)",
            "",
            *ingestion.table(["sqlite", *servers], said.rows, repeat=2, peer_python=sys.executable),
            "",
        ]
    )
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
