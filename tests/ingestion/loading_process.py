"""A process that changes its source, loads, and maintains the log, on and on, until it is killed.

python -m tests.ingestion.loading_process CONFIG HOME FIRST_VALUE
"""

import sqlite3
import sys
from pathlib import Path

from ingestion.extract import extract
from ingestion.maintain import maintain
from warehouse.company import load_company
from warehouse.settings import Settings


def main(config: str, home: str, first: str) -> None:
    settings = Settings(config=Path(config), home=Path(home))
    company = load_company(settings)
    print("ready", flush=True)
    for value in range(int(first), int(first) + 1_000_000):
        with sqlite3.connect(settings.home / "source.db") as connection:
            connection.execute("update orders set region = ?", [str(value)])
        connection.close()
        extract(settings, company, run_id="killed")
        if value % 2:
            maintain(settings, company)


if __name__ == "__main__":
    main(*sys.argv[1:])
