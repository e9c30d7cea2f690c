"""What the last complete run was made of, so that a run with nothing new can say so and stop.

A run is repeated only when the change log, a verdict, the business date, the configuration or
the product's own files differ from those of the run that was last published.
"""

import hashlib
import json
from datetime import date
from pathlib import Path

from orchestration import handover
from warehouse.raw_manifest import RawManifest
from warehouse.settings import PROJECT_ROOT, Settings

PRODUCT_FOLDERS = (
    "dbt_project",
    "identity",
    "metrics",
    "quality",
    "alerting",
    "ingestion",
    "warehouse",
    "orchestration",
)
PRODUCT_SUFFIXES = {".py", ".sql", ".yml", ".csv"}
BEGUN = "begun"  # a run has changed the working file since
IGNORED_PARTS = {"target", "logs", "__pycache__", "dbt_packages"}


def _state_path(settings: Settings) -> Path:
    return settings.home / "run_state.json"


def files_digest(folders: list[Path], suffixes: set[str] = PRODUCT_SUFFIXES) -> str:
    """Changes when the name or content of any such file changes."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in suffixes and not IGNORED_PARTS.intersection(path.parts):
                digest.update(str(path.relative_to(folder)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def product_digest() -> str:
    """Changes when any file that can change a published number changes."""
    return files_digest([PROJECT_ROOT / name for name in PRODUCT_FOLDERS])


def log_position(manifest: RawManifest) -> int:
    """The last load that added something; a load that found nothing new has a number too."""
    return max((file.load_seq for file in manifest.files), default=0)


def fingerprint(settings: Settings, as_of: date, load_seq: int) -> dict[str, object]:
    """Everything that a published version depends on."""
    verdicts = settings.verdicts / "verdicts.parquet"
    return {
        "load_seq": load_seq,
        "as_of": as_of.isoformat(),
        "verdicts": hashlib.sha256(verdicts.read_bytes()).hexdigest() if verdicts.exists() else "",
        "configuration": files_digest([settings.config], {".yml"}),
        "product": product_digest(),
    }


def last_complete(settings: Settings) -> dict[str, object]:
    """The fingerprint of the last published run, with its version; empty before the first."""
    path = _state_path(settings)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def went_back(settings: Settings, today: date) -> str:
    """A sentence where the business date lies before that of what is published; empty where it does not."""
    before = str(last_complete(settings).get("as_of", ""))
    back = today.isoformat() < before
    return f"The business date {today} lies before {before}, for which was published last" if back else ""


def is_current(settings: Settings, current: dict[str, object]) -> bool:
    """Whether the published version was made of exactly this."""
    last = last_complete(settings)
    published = (settings.published / "current").exists() and settings.working_file.exists()
    return published and not last.get(BEGUN) and all(last.get(key) == value for key, value in current.items())


def begin(settings: Settings, current: dict[str, object]) -> None:
    """From now on the working file is no longer what was published; if this run fails, the next one is complete.

    What it is made of is noted now: what somebody reads beside it, such as a backfill, is for the next run.
    """
    handover.leave(settings, BEGUN, current)
    if last := last_complete(settings):
        _write(settings, {**last, BEGUN: True})


def begun(settings: Settings) -> dict[str, object]:
    """What the working file is made of: the fingerprint of the run that built it last."""
    return handover.take(settings, BEGUN, {})


def remember(settings: Settings, current: dict[str, object], version: str) -> None:
    """Called when the version is published, never before."""
    _write(settings, {**current, "version": version})


def _write(settings: Settings, state: dict[str, object]) -> None:
    path = _state_path(settings)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(state, indent=1), encoding="utf-8")
    temporary.replace(path)


def forget(settings: Settings) -> None:
    """Makes the next run complete, whatever has changed."""
    _state_path(settings).unlink(missing_ok=True)
