"""`make docs`: writes the generated reference pages and the JSON schema of source files, or checks them."""

import json
import sys
from pathlib import Path

from ingestion import source_reference
from metrics import fingerprints, row_comments
from metrics import tables as metric_tables
from metrics.catalogue import load_catalogue
from metrics.page import PAGE as CATALOGUE_PAGE
from metrics.page import render
from orchestration import environment
from orchestration.dbt_parse import ensure_manifest
from quality import placeholders
from quality import tables as quality_tables
from reporting.dictionary import page as table_page
from warehouse import ops_tables
from warehouse.errors import CmwError
from warehouse.settings import PROJECT_ROOT

TABLE_PAGE = PROJECT_ROOT / "docs" / "tables.md"


def pages() -> dict[Path, str]:
    """Each generated page and what it must say."""
    path = ensure_manifest(environment.prepare())
    catalogue = load_catalogue(path)
    manifest = json.loads(path.read_text(encoding="utf-8"))
    others = {
        "metrics": metric_tables.described(),
        "metric_rows": row_comments.described(manifest),
        "quality": quality_tables.described(),
        "ops": ops_tables.described(),
    }
    return {
        CATALOGUE_PAGE: render(catalogue),
        placeholders.MACRO: placeholders.macro(),
        TABLE_PAGE: table_page(manifest, others),
        fingerprints.FILE: fingerprints.render(list(catalogue.metrics.values())),
        source_reference.PAGE: source_reference.page(),
        source_reference.SCHEMA: source_reference.schema(),
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
    try:
        sys.exit(main())
    except CmwError as error:
        sys.exit(f"Error: {error}")
