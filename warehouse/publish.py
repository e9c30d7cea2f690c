"""Publishing: one sealed folder per version, one pointer that is replaced atomically.

``published/versions/<id>/`` holds customer_metrics.duckdb, parquet/<schema>/<table>.parquet and
version.json. ``published/current`` points to one of them. A reader that resolves the pointer once
sees one version for as long as it likes; a publish that dies leaves the pointer where it was.
"""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import sqlalchemy as sa

from warehouse import durable_files, ops_tables
from warehouse.copy_tables import Copied, PublishedFile
from warehouse.erasures import may_show_erased
from warehouse.errors import CmwError
from warehouse.publish_rules import GATED_SCHEMAS
from warehouse.published import DATABASE_NAME, current_version, versions_folder
from warehouse.settings import Settings
from warehouse.table_catalogue import published_tables
from warehouse.versions import UNFINISHED, Version, read_version, record, tidy

KEPT_VERSIONS = 3


def publish(
    connection: duckdb.DuckDBPyConnection,
    store: sa.Engine,
    settings: Settings,
    run_id: str,
    *,
    as_of_date: date | None = None,
    gate_passed: bool = True,
    not_rebuilt: frozenset[str] | set[str] = frozenset(),
    keep: int = KEPT_VERSIONS,
) -> Version:
    """Publishes the working file that ``connection`` has open; call it with the writer lock held.

    Args:
        gate_passed: False publishes the last good core, marts, metrics and identity again, with the
            new quality and ops tables.
        not_rebuilt: 'schema.table' of what this run left out, because its sources are broken.
        keep: how many versions stay on disk, this one included.

    Raises CmwError when the disk refuses; ``published/current`` is then what it was.
    """
    tidy(store, settings)
    now = datetime.now(UTC).replace(tzinfo=None)
    version_id = f"{now:%Y%m%dT%H%M%S%f}"[:-3] + f"-{run_id[:8]}"
    unfinished = versions_folder(settings) / f"{version_id}{UNFINISHED}"
    try:
        unfinished.mkdir(parents=True)
        version = _build(connection, store, settings, unfinished, run_id, now, as_of_date, gate_passed, not_rebuilt)
        durable_files.write_atomically(unfinished / "version.json", json.dumps(asdict(version), default=str, indent=1))
        durable_files.seal(unfinished)
        unfinished.rename(versions_folder(settings) / version_id)
        durable_files.sync(versions_folder(settings))
        durable_files.point(settings.published / "current", f"versions/{version_id}")
    except (OSError, duckdb.IOException, duckdb.FatalException) as error:
        durable_files.remove_folder(unfinished)
        raise CmwError(
            f"Publishing to {settings.published} failed: {str(error).strip().splitlines()[0]}",
            "Free disk space or correct the rights of that folder, then run again; readers still see the last version",
        ) from None
    record(store, version)
    _remove_old(store, settings, keep)
    return version


def _build(
    connection: duckdb.DuckDBPyConnection,
    store: sa.Engine,
    settings: Settings,
    folder: Path,
    run_id: str,
    now: datetime,
    as_of_date: date | None,
    gate_passed: bool,
    not_rebuilt: frozenset[str] | set[str],
) -> Version:
    version_id = folder.name.removesuffix(UNFINISHED)
    last = current_version(settings)
    copied: list[Copied] = []
    with PublishedFile(connection, folder / DATABASE_NAME, folder / "parquet", last) as target:
        kept_from_last = set() if gate_passed else {name for name in target.last_tables if name[0] in GATED_SCHEMAS}
        for schema, table in published_tables(connection):
            if schema == "ops" or (schema in GATED_SCHEMAS and not gate_passed):
                continue
            copied.append(target.copy(schema, table, run_id, now, kept=f"{schema}.{table}" in not_rebuilt))
        copied += [target.copy_from_last(schema, table) for schema, table in sorted(kept_from_last)]
        version = Version(
            version_id,
            run_id,
            run_id if gate_passed else target.last_marts_run_id,
            as_of_date,
            gate_passed,
            now,
            len(copied),
            sum(item.row_count for item in copied),
            target.content_hash(copied),
        )
        ops_tables.write(connection, store, settings, asdict(version))
        ops_tables.write_published_tables(connection, [item.as_row() for item in copied])
        target.look_again()
        for schema, table in published_tables(connection):
            if schema == "ops":
                target.copy(schema, table, run_id, now)
    return version


def _remove_old(store: sa.Engine, settings: Settings, keep: int) -> None:
    """Keeps the newest versions, none of them with what stood in the marts before somebody was erased."""
    current = current_version(settings)
    others = sorted(folder for folder in versions_folder(settings).iterdir() if folder.is_dir() and folder != current)
    kept = others[max(len(others) - max(keep - 1, 0), 0) :]
    for folder in others:
        if folder not in kept or _is_from_before_an_erasure(store, folder):
            durable_files.remove_folder(folder)


def _is_from_before_an_erasure(store: sa.Engine, folder: Path) -> bool:
    try:
        return may_show_erased(store, read_version(folder))
    except CmwError:
        return True  # torn: nobody can tell what it shows
