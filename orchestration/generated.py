"""`make docs`: writes what is generated (the contract for dbt, the two reference pages), or checks it."""

import sys
from pathlib import Path

from metrics import fingerprints
from metrics.catalogue import load_catalogue
from metrics.page import PAGE as CATALOGUE_PAGE
from metrics.page import render
from orchestration import environment
from orchestration.dbt_files import ensure_manifest
from reporting.dictionary import page as table_page
from warehouse.settings import PROJECT_ROOT

TABLE_PAGE = PROJECT_ROOT / "docs" / "tables.md"


def pages() -> dict[Path, str]:
    """Each generated page and what it must say."""
    manifest = ensure_manifest(environment.prepare())
    catalogue = load_catalogue(manifest)
    return {
        CATALOGUE_PAGE: render(catalogue),
        TABLE_PAGE: table_page(manifest),
        fingerprints.FILE: fingerprints.render(list(catalogue.metrics.values())),
    }


def main() -> int:
    """Writes the pages; with --check only says which are not current, and ends with 1."""
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(PROJECT_ROOT)} is not current. Run: make docs")
        return int(bool(stale))
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
