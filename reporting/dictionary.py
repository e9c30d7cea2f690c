"""docs/tables.md: every published table with its grain and columns, out of dbt's manifest."""

import json
from pathlib import Path

TITLE = """# Published tables

Generated from the models' own descriptions by `make docs`; do not edit. The same comments stand in the database.
Schemas `quality`, `ops` and `metrics` are described in their own tables' comments; `metric_rows` holds the rows that
metrics are sums of (`metrics.metric_row_sources`, `cmw metrics explain`).
"""
SCHEMAS = ("core", "marts", "identity")


def _models(manifest: dict) -> list[dict]:
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    chosen = [node for node in nodes if node["schema"] in SCHEMAS]
    return sorted(chosen, key=lambda node: (SCHEMAS.index(node["schema"]), node["name"]))


def _one_line(text: str) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def _section(node: dict) -> list[str]:
    meta = node["config"].get("meta") or {}
    label = f" · {meta['label_zh']}" if meta.get("label_zh") else ""
    lines = [f"## {node['schema']}.{node['name']}{label}", "", _one_line(node["description"]), ""]
    lines += ["| column | type | meaning |", "|---|---|---|"]
    lines += [
        f"| {column['name']} | {column.get('data_type') or ''} | {_one_line(column['description'])} |"
        for column in node["columns"].values()
    ]
    return [*lines, ""]


def page(manifest_path: Path) -> str:
    """The page as Markdown."""
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    return "\n".join([TITLE, *(line for node in _models(manifest) for line in _section(node))]).rstrip() + "\n"
