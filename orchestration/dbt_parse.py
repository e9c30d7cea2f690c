"""dbt's manifest, kept current: a changed project is parsed beside whatever goes on before it is needed."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from orchestration.full_disk import disk_full, is_full
from orchestration.run_state import files_digest
from warehouse.errors import CmwError
from warehouse.settings import Settings

CMW_DBT = Path(sys.executable).parent / "cmw-dbt"
_begun: dict[Path, tuple[subprocess.Popen, str]] = {}  # by target folder: the process, and the project that it parses


def manifest_path(settings: Settings) -> Path:
    return settings.dbt_target / "manifest.json"


def load_manifest(settings: Settings) -> dict[str, Any]:
    return json.loads(ensure_manifest(settings).read_text(encoding="utf-8"))


def begin_parse(settings: Settings) -> None:
    """Parses a changed project in a process of its own; ``ensure_manifest`` waits for it. It dies with this process."""
    target, digest = settings.dbt_target, files_digest([settings.dbt_project])
    if target in _begun or _is_current(settings, digest):
        return
    # dbt's partial parsing takes a metric that moved to another file for a second one of its name.
    (target / "partial_parse.msgpack").unlink(missing_ok=True)
    arguments = ["parse", "--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)]
    arguments += ["--target-path", str(target), "--log-path", str(target / "logs")]
    process = subprocess.Popen(
        [CMW_DBT, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    _begun[target] = process, digest


def ensure_manifest(settings: Settings) -> Path:
    """The manifest of the project as it is now. Raises CmwError when dbt cannot parse it."""
    path = manifest_path(settings)
    begin_parse(settings)
    if settings.dbt_target not in _begun:
        return path
    process, digest = _begun.pop(settings.dbt_target)
    said, _ = process.communicate()
    if process.returncode != 0 or not path.exists():
        if is_full(said):  # the project may be well
            raise CmwError(*disk_full("while dbt parsed the project"))
        raise CmwError(
            f"The dbt project does not parse: {_last_words(said)}",
            "Correct that file; `dbt parse` in dbt_project/ shows the whole message",
        )
    _stamp(settings).write_text(digest, encoding="ascii")
    return ensure_manifest(settings)  # somebody may have changed a file meanwhile


def _stamp(settings: Settings) -> Path:
    return settings.dbt_target / "parsed.txt"


def _is_current(settings: Settings, digest: str) -> bool:
    stamp = _stamp(settings)
    return manifest_path(settings).exists() and stamp.exists() and stamp.read_text(encoding="ascii") == digest


def _last_words(output: str) -> str:
    """What dbt says of its error, the file among it, without the lines of that file that it quotes."""
    _, is_told, said = output.rpartition("Encountered an error:")
    lines = [line.strip() for line in said.splitlines()]
    told = [line for line in lines if line and line != "Raw Error:" and not re.match(r"\d+ +\||-+$", line)]
    return " ".join(told if is_told else told[-4:])[:400]  # a crash says last what it was
