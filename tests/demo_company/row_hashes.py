"""Hashes of the ordered rows of every table; run as a program it writes those of the small company anew."""

import hashlib
import json
import tempfile
from pathlib import Path

from demo_company.create import create
from tests.demo_company.companies import dump

HASHES = Path(__file__).parent / "row_hashes.json"
SMALL = {"customers": 60, "months": 14}


def table_hashes(home: Path) -> dict[str, str]:
    return {name: hashlib.sha256(repr(rows).encode()).hexdigest() for name, rows in dump(home).items()}


def short_hashes(home: Path) -> dict[str, str]:
    return {name: found[:16] for name, found in table_hashes(home).items()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        create(Path(folder), **SMALL)
        HASHES.write_text(json.dumps(short_hashes(Path(folder)), indent=1) + "\n", encoding="utf-8")
