"""Reads all sources of the company into its change log, and nothing else."""

from ingestion.change_log import ensure_empty_files
from ingestion.extract import extract
from orchestration import environment
from warehouse.company import load_company


def main() -> None:
    settings = environment.prepare()
    ensure_empty_files(settings)
    result = extract(settings, load_company(settings), run_id="benchmark", report=lambda event, detail: None)
    if result.failed:
        raise SystemExit(result.failed[0].error)
    print(sum(load.rows_read for load in result.loads))


if __name__ == "__main__":
    main()
