"""Copies below CMW_HOME that may show a person who was erased: they go, and the next run makes new ones."""

import shutil
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from warehouse import durable_files
from warehouse.erased_texts import as_written, without
from warehouse.lock import writer_lock
from warehouse.published import current_version, versions_folder
from warehouse.replay import replays
from warehouse.settings import Settings

# Texts for people: kept, but without the person.
TEXTS = ("reports/*.md", "outbox/*.md")
SEARCHED = ("*.json", "operational.db*", "dagster/**/*", "dbt/**/*", "handover/*", "quality/*.json")
SHORTEST_SEARCHED = 7


def remove_copies(settings: Settings) -> list[str]:
    """Removes the working file, replays of earlier days, logs, and published versions but the current one.

    The current version stays for its readers until a newer one is published. Call it with the writer lock held.
    Returns what was removed, relative to CMW_HOME. Raises CmwError while a day is being replayed.
    """
    removed: list[Path] = []
    with ExitStack() as held:
        for replay in replays(settings):
            held.enter_context(writer_lock(replay, run_id="erase"))
            removed.append(replay.home)
        removed += _inside(settings.working_file.parent)
        removed += _inside(settings.home / "logs")
        current = current_version(settings)
        removed += [folder for folder in _inside(versions_folder(settings)) if folder != current]
        for path in removed:
            durable_files.remove_folder(path) if path.is_dir() else path.unlink()
    shutil.rmtree(settings.home / "as_of", ignore_errors=True)
    return [str(path.relative_to(settings.home)) for path in removed]


def blank_files(settings: Settings, values: Iterable[str]) -> None:
    """Replaces the values in the certificates of past runs and in messages that were written to a file."""
    wanted = as_written(values)
    for name in TEXTS:
        for path in settings.home.glob(name):
            text = path.read_text(encoding="utf-8")
            if (blank := without(text, wanted)) != text:
                durable_files.write_atomically(path, blank)


def files_with(settings: Settings, values: Iterable[str]) -> list[str]:
    """Files of the product, besides Parquet and DuckDB, in which a value still stands; relative to CMW_HOME.

    Short values are not looked for: they would be found by chance.
    """
    wanted = [value.encode() for value in values if len(value) >= SHORTEST_SEARCHED]
    found = []
    for name in SEARCHED:
        for path in sorted(settings.home.glob(name)):
            if path.is_file() and any(value in path.read_bytes() for value in wanted):
                found.append(str(path.relative_to(settings.home)))
    return found


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []
