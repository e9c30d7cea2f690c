"""Keeps compiled SQL between runs: a run on unchanged definitions neither imports nor waits for MetricFlow."""

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from metrics.compile import Compiler, Request
from warehouse.durable_files import write_atomically

FILE_NAME = "metric_queries.json"


def compiled(requests: Iterable[Request], semantic_manifest: Path) -> dict[Request, str]:
    """Request to SQL, from the file beside the semantic manifest where the definitions are the same as then."""
    wanted = list(requests)
    path = semantic_manifest.with_name(FILE_NAME)
    fingerprint = _fingerprint(semantic_manifest)
    known = _read(path, fingerprint)
    if all(_key(request) in known for request in wanted):
        return {request: known[_key(request)] for request in wanted}
    compiler = Compiler(semantic_manifest)
    found = {request: known.get(_key(request)) or compiler.sql(request) for request in wanted}
    queries = known | {_key(request): sql for request, sql in found.items()}
    write_atomically(path, json.dumps({"fingerprint": fingerprint, "queries": queries}))
    return found


def _key(request: Request) -> str:
    return "|".join((request.entity, request.grain_dimension, request.grain, request.dimension, *request.metrics))


def _fingerprint(semantic_manifest: Path) -> str:
    """Changes with the definitions, the database that they point to, and the compiler."""
    if not semantic_manifest.exists():
        return ""
    content = hashlib.sha256(semantic_manifest.read_bytes())
    content.update(version("metricflow").encode("ascii"))
    content.update(Path(__file__).with_name("compile.py").read_bytes())
    return content.hexdigest()


def _read(path: Path, fingerprint: str) -> dict[str, str]:
    """What the file holds; nothing when it is missing, torn or of other definitions."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return content["queries"] if content["fingerprint"] == fingerprint else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
