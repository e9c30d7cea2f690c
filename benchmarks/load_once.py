"""Reads all sources of the company that the environment names, once."""

import sys

from ingestion.extract import extract
from warehouse.company import load_company
from warehouse.settings import Settings


def main() -> None:
    if "--only-import" in sys.argv:
        return
    settings = Settings.from_environment()
    result = extract(settings, load_company(settings), run_id="benchmark")
    if result.failed:
        raise SystemExit(result.failed[0].error)
    print(sum(load.rows_read for load in result.loads))


if __name__ == "__main__":
    main()
