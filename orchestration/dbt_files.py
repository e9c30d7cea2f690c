"""dbt's side of Dagster: the manifest, kept current, and how nodes become asset keys."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource

from orchestration.keys import IDENTITY, VERDICTS
from orchestration.run_state import product_digest
from warehouse.errors import CmwError
from warehouse.settings import Settings

IDENTITY_SOURCE = "identity_files"


class Translator(DagsterDbtTranslator):
    """Asset keys equal dbt's schema and name; sources point at the assets that write their files."""

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: Any) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = manifest["nodes"].get(unique_id) or manifest["sources"].get(unique_id) or {}
        if node.get("resource_type") == "source":
            if node["source_name"] == IDENTITY_SOURCE:
                return spec.replace_attributes(key=IDENTITY)
            return spec.replace_attributes(key=dg.AssetKey([node["source_name"], node["name"]]))
        group = node.get("schema") or "warehouse"
        spec = spec.replace_attributes(group_name=group)
        if group == "staging":
            spec = spec.replace_attributes(deps=[*spec.deps, VERDICTS])
        return spec


def manifest_path(settings: Settings) -> Path:
    return settings.dbt_target / "manifest.json"


def ensure_manifest(settings: Settings) -> Path:
    """Parses the dbt project when it has changed since the manifest was written."""
    path, stamp = manifest_path(settings), settings.dbt_target / "parsed.txt"
    digest = product_digest()
    if path.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return path
    arguments = ["parse", "--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)]
    arguments += ["--target-path", str(settings.dbt_target), "--log-path", str(settings.dbt_target / "logs")]
    command = [sys.executable, "-c", "import sys; from dbt.cli.main import cli; cli()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0 or not path.exists():
        raise CmwError(
            f"The dbt project does not parse: {_last_words(done.stdout + done.stderr)}",
            "Correct that file; `dbt parse` in dbt_project/ shows the whole message",
        )
    stamp.write_text(digest, encoding="ascii")
    return path


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return " ".join(lines[-4:])


def load_manifest(settings: Settings) -> dict[str, Any]:
    return json.loads(ensure_manifest(settings).read_text(encoding="utf-8"))


def dbt_resource(settings: Settings) -> DbtCliResource:
    return DbtCliResource(
        project_dir=str(settings.dbt_project),
        profiles_dir=str(settings.dbt_project),
        dbt_executable=str(Path(sys.executable).parent / "dbt"),
    )
