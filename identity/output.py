"""Writes what dbt reads: the identity map and the review queue, as Parquet, replaced in one step."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from identity.links import Doubt
from identity.references import Reference
from identity.store import Interval, Pair
from warehouse.settings import Settings

TIME = pa.timestamp("us")
MAP = pa.schema(
    [
        ("customer_key", pa.string()),
        ("source_system", pa.string()),
        ("entity", pa.string()),
        ("source_key", pa.string()),
        ("match_rule", pa.string()),
        ("match_confidence", pa.float64()),
        ("matched_on", pa.string()),
        ("is_survivor", pa.bool_()),
        ("first_seen_at", TIME),
        ("valid_from", TIME),
        ("valid_to", TIME),
    ]
)
QUEUE = pa.schema(
    [
        *((name, pa.string()) for name in ("pair_id", "left_system", "left_entity", "left_key")),
        *(
            (name, pa.string())
            for name in ("right_system", "right_entity", "right_key", "reason", "evidence", "status")
        ),
        ("first_seen_at", TIME),
    ]
)
_STATUS = {"merge": "merged", "split": "split"}


def map_rows(history: Iterable[Interval], references: Iterable[Reference]) -> list[tuple[object, ...]]:
    """Rows of the map: memberships in time, then tickets and leads tied by an address (since they were created)."""
    first_seen: dict[object, datetime] = {}
    rows: list[tuple[object, ...]] = []
    for interval in history:
        seen = first_seen.setdefault(interval.record, interval.valid_from)
        one = interval.membership
        reason = (one.rule, one.confidence, one.matched_on, one.is_survivor)
        rows.append((one.key, *interval.record, *reason, seen, interval.valid_from, interval.valid_to))
    for one in references:
        rows.append((one.key, *one.record, one.rule, one.confidence, one.matched_on, False, one.since, one.since, None))
    return rows


def queue_rows(
    doubts: Iterable[Doubt], decisions: dict[Pair, str], first_seen: dict[object, datetime], default: datetime
) -> list[tuple[object, ...]]:
    """Rows of the queue, one per pair with all its reasons; a pair is as old as the younger of its records."""
    pairs: dict[Pair, list[Doubt]] = {}
    for doubt in sorted(doubts):
        pairs.setdefault((doubt.left, doubt.right), []).append(doubt)
    rows = []
    for (left, right), found in pairs.items():
        pair_id = "P" + hashlib.sha256("\x1f".join((*left, *right)).encode()).hexdigest()[:12]
        evidence = "; ".join(dict.fromkeys(one.evidence for one in found))
        status = _STATUS[decisions[left, right]] if (left, right) in decisions else "open"
        seen = max((first_seen[side] for side in (left, right) if side in first_seen), default=default)
        rows.append((pair_id, *left, *right, found[0].reason, evidence, status, seen))
    return rows


def write_files(settings: Settings, map_: list[tuple[object, ...]], queue: list[tuple[object, ...]]) -> None:
    settings.identity.mkdir(parents=True, exist_ok=True)
    _write(settings.identity / "customer_identity_map.parquet", map_, MAP)
    _write(settings.identity / "identity_review_queue.parquet", queue, QUEUE)


def _write(path: Path, rows: list[tuple[object, ...]], schema: pa.Schema) -> None:
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [pa.array(list(values), type=kind.type) for values, kind in zip(columns, schema, strict=True)]
    temporary = path.with_suffix(".tmp")
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), temporary)
    temporary.replace(path)
