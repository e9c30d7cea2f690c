"""`make bench`: what a company and reading cost, each beside its limit or its peer, written to benchmarks/results/.

python -m benchmarks company [--customers N]
python -m benchmarks reading [--rows N] [--repeat N]
"""

import argparse
import os
import platform
from collections.abc import Iterable
from pathlib import Path

from benchmarks import company, ingestion, servers
from benchmarks.large_table import ROWS

RESULTS = Path(__file__).parent / "results"


def write(name: str, title: str, lines: Iterable[str]) -> None:
    """Prints each line when it is measured, and keeps the page once all are."""
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors; one run each."
    page = [f"# {title}", "", machine, ""]
    print("\n".join(page), flush=True)
    for line in lines:
        print(line, flush=True)
        page.append(line)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text("\n".join([*page, ""]), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parts = parser.add_subparsers(dest="part", required=True)
    of_company = parts.add_parser("company")
    of_company.add_argument("--customers", type=int, default=3000)
    reading = parts.add_parser("reading")
    reading.add_argument("--rows", type=int, default=ROWS)
    reading.add_argument("--repeat", type=int, default=2)
    said = parser.parse_args()
    if said.part == "company":
        title = f"A company of {said.customers:,} customers over 36 months"
        write(f"company_{said.customers}", title, company.measure(said.customers))
    else:
        title = f"{said.rows:,} rows of 12 columns from each kind of database (the better of {said.repeat}, in turns)"
        write("reading", title, ingestion.table(["sqlite", *servers.found()], said.rows, said.repeat))


if __name__ == "__main__":
    main()
