"""The company lives on for a week: the next run brings exactly that."""

import json

import duckdb
import pytest

from tests.end_to_end.conftest import LivingCompany

pytestmark = pytest.mark.slow


def _manifest(company: LivingCompany) -> dict:
    return json.loads((company.home / "raw" / "manifest.json").read_text(encoding="utf-8"))


def _journal(company: LivingCompany) -> set[tuple[str, str, str]]:
    """(entity, key, upsert or delete) of every change that means something for an entity."""
    changes = {}
    for path in sorted((company.home / "demo" / "journal").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if entry.get("entity_operation"):
                changes[entry["entity"], entry["entity_key"]] = entry["entity_operation"]
    return {(entity, key, "delete" if op == "delete" else "upsert") for (entity, key), op in changes.items()}


def test_a_run_brings_exactly_what_the_journal_lists(published_company, week_later):
    before = _manifest(published_company)["load_seq"]
    brought = set()
    for file in _manifest(week_later)["files"]:
        if file["load_seq"] > before:
            path = week_later.home / "raw" / file["path"]
            brought |= {
                (file["entity"], key, change)
                for key, change in duckdb.sql(f"select _key, _change from '{path}'").fetchall()
            }
    assert brought == _journal(week_later)


def test_the_week_is_published(week_later):
    assert week_later.query("select max(as_of)::varchar from metrics.metric_values") == [("2026-07-07",)]
