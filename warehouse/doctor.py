"""Looks at one company's folders and says what is wrong and what to do about it. Changes nothing."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from warehouse.clock import business_today
from warehouse.company import load_company
from warehouse.erasures import read_unfinished
from warehouse.errors import CmwError
from warehouse.lock import lock_holder
from warehouse.operational_store import open_store
from warehouse.published import current_version, open_published, versions_folder
from warehouse.raw_manifest import read_manifest
from warehouse.settings import Settings
from warehouse.tables_alerts import deliveries
from warehouse.versions import UNFINISHED, read_version

GIGABYTE = 1 << 30
Severity = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``remedy`` is empty where all is well."""

    area: str
    severity: Severity
    what: str
    remedy: str = ""


Check = Callable[[Settings], Iterator[Finding]]


def examine(settings: Settings, more: Mapping[str, Check] | None = None) -> list[Finding]:
    """Every finding, good ones included, in the order of the flow. A check that fails is itself a finding.

    ``more`` are checks by area of what this layer does not know: rules, routes, sources, runs.
    """
    findings: list[Finding] = []
    for area, check in {**_CHECKS, **(more or {})}.items():
        try:
            findings += check(settings)
        except CmwError as error:
            # Several areas need the company: its fault is told once.
            if all(error.what != found.what for found in findings):
                findings.append(Finding(area, "error", error.what, error.remedy))
        except OSError as error:
            findings.append(Finding(area, "error", str(error), "Correct the rights of that file or folder"))
    return findings


def _configuration(settings: Settings) -> Iterator[Finding]:
    company = load_company(settings)
    today = business_today(settings, company)
    yield Finding("configuration", "ok", f"{settings.config / 'company.yml'}: {company.name}, business day {today}")


def _home(settings: Settings) -> Iterator[Finding]:
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding("disk", "error", f"{folder} cannot be written", "Give this user write rights, or set CMW_HOME")
        return
    free = shutil.disk_usage(folder).free
    working = settings.working_file.stat().st_size if settings.working_file.exists() else 0
    # A publish writes the tables twice (DuckDB and Parquet) before it removes an old version.
    needed = max(GIGABYTE // 4, 2 * working)
    text = f"{free / GIGABYTE:.1f} GB free below {folder}, {needed / GIGABYTE:.1f} GB wanted for a run"
    if free < needed:
        yield Finding("disk", "warning", text, "Free disk space, or set CMW_HOME to a larger disk")
    else:
        yield Finding("disk", "ok", text)


def _lock(settings: Settings) -> Iterator[Finding]:
    holder = lock_holder(settings)
    if holder is None:
        yield Finding("lock", "ok", "no run is writing")
        return
    yield Finding(
        "lock",
        "warning",
        f"run {holder.run_id or 'without a name'} (process {holder.process_id}) writes since {holder.since}",
        f"Wait for it; if it hangs, stop it with `kill {holder.process_id}`: the lock is then free",
    )


def _change_log(settings: Settings) -> Iterator[Finding]:
    manifest = read_manifest(settings)
    gone = [file.path for file in manifest.files if not (settings.raw / file.path).exists()]
    if gone:
        yield Finding(
            "change log",
            "error",
            f"{len(gone)} files named by the manifest are missing, {gone[0]} first",
            "Restore the folder raw/ from a backup; without it, `cmw run --full` reads what the sources still have",
        )
    else:
        rows = sum(file.rows for file in manifest.files)
        yield Finding("change log", "ok", f"{len(manifest.files)} files, {rows:,} row versions")


def _store(settings: Settings) -> Iterator[Finding]:
    store = open_store(settings)
    with store.connect() as connection:
        failed = connection.execute(sa.select(deliveries).where(deliveries.c.status == "failed")).mappings().all()
    yield Finding("operational store", "ok", store.url.render_as_string(hide_password=True))
    for channel in sorted({row["channel"] for row in failed}):
        mine = [row for row in failed if row["channel"] == channel]
        reason = max(mine, key=lambda row: row["delivery_id"])["error"]
        yield Finding(
            "alerts",
            "warning",
            f"{len(mine)} messages to {channel} are not delivered: {reason}",
            "Check that channel in alert_routes.yml; the next run tries again",
        )
    if rows := sum(map(len, read_unfinished(store).values())):
        yield Finding(
            "operational store", "warning", f"An erasure of {rows} row(s) did not come to its end", "Repeat `cmw erase`"
        )
    store.dispose()


def _published(settings: Settings) -> Iterator[Finding]:
    pointer = settings.published / "current"
    if pointer.is_symlink() and not pointer.exists():
        yield Finding(
            "published",
            "error",
            f"{pointer} points to a version that is gone",
            "Run `cmw run --full` to publish anew",
        )
    for leftover in sorted(versions_folder(settings).glob(f"*{UNFINISHED}")):
        if lock_holder(settings) is None:
            yield Finding(
                "published",
                "warning",
                f"{leftover.name} is what a killed publish left; readers never see it",
                "Nothing to do: the next publish removes it",
            )
    folder = current_version(settings)
    if folder is None:
        yield Finding("published", "warning", "nothing is published yet", "Run `cmw run`")
        return
    version = read_version(folder)
    with open_published(settings) as connection:
        (tables,) = connection.execute("select count(*) from ops.published_tables").fetchone()
    # The tables of ops are about the others and are not in their own list.
    parquet = sum(path.parent.name != "ops" for path in folder.glob("parquet/*/*.parquet"))
    if not tables == parquet == version.table_count:
        yield Finding(
            "published",
            "error",
            f"{folder} is not whole: {version.table_count} tables promised, {tables} listed, {parquet} Parquet files",
            "Run `cmw run --full` to publish anew",
        )
    elif not version.gate_passed:
        yield Finding(
            "published",
            "warning",
            f"version {version.version_id} shows the last good marts again, because its run failed gate 2",
            "See `cmw quality report`",
        )
    else:
        yield Finding("published", "ok", f"version {version.version_id}: {tables} tables, {version.row_count:,} rows")


_CHECKS: dict[str, Check] = {
    "configuration": _configuration,
    "disk": _home,
    "lock": _lock,
    "change log": _change_log,
    "operational store": _store,
    "published": _published,
}
