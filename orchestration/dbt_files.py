"""dbt's side of Dagster: the manifest, kept current, and how nodes become asset keys."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource
from packaging.version import Version

from ingestion.entities import load_contract
from orchestration.keys import IDENTITY, VERDICTS, raw_key
from orchestration.run_state import files_digest
from warehouse.errors import CmwError
from warehouse.settings import Settings

CMW_DBT = Path(sys.executable).parent / "cmw-dbt"
IDENTITY_MODELS = {"customer_identity_map", "identity_review_queue"}


def staging_model(entity: str) -> str:
    """stg_erp__invoices for erp_invoices; the service desk's entities begin with svc."""
    kind, name = entity.split("_", 1)
    return f"stg_{'service' if kind == 'svc' else kind}__{name}"


STAGED_ENTITIES = {staging_model(entity): entity for entity in load_contract()}


class Translator(DagsterDbtTranslator):
    """Asset keys equal dbt's schema and name. Models that read files hang on the assets that write these."""

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: Any) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = manifest["nodes"][unique_id]
        deps = list(spec.deps)
        if node["name"] in STAGED_ENTITIES:
            deps += [dg.AssetDep(raw_key(STAGED_ENTITIES[node["name"]])), dg.AssetDep(VERDICTS)]
        if node["name"] in IDENTITY_MODELS:
            deps.append(dg.AssetDep(IDENTITY))
        owner = (node["config"].get("meta") or {}).get("owner")
        return spec.replace_attributes(
            group_name=node["schema"],
            deps=deps,
            description=" ".join(node["description"].split()),  # without the SQL, which would hide it in every list
            owners=[f"team:{owner}"] if owner else [],
        )

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: Any
    ) -> dg.AssetCheckSpec | None:
        """Never blocking: a failed test must come as far as gate 2, which tells it and keeps the last good marts."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and spec._replace(blocking=False)


def manifest_path(settings: Settings) -> Path:
    return settings.dbt_target / "manifest.json"


def ensure_manifest(settings: Settings) -> Path:
    """Parses the dbt project when it has changed since the manifest was written."""
    path, stamp = manifest_path(settings), settings.dbt_target / "parsed.txt"
    digest = files_digest([settings.dbt_project])
    if path.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return path
    # dbt's partial parsing takes a metric that moved to another file for a second one of its name.
    (settings.dbt_target / "partial_parse.msgpack").unlink(missing_ok=True)
    arguments = ["parse", "--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)]
    arguments += ["--target-path", str(settings.dbt_target), "--log-path", str(settings.dbt_target / "logs")]
    done = subprocess.run([CMW_DBT, *arguments], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0 or not path.exists():
        raise CmwError(
            f"The dbt project does not parse: {_last_words(done.stdout + done.stderr)}",
            "Correct that file; `dbt parse` in dbt_project/ shows the whole message",
        )
    stamp.write_text(digest, encoding="ascii")
    return path


def _last_words(output: str) -> str:
    """What dbt says of its error, the file among it, without the lines of that file that it quotes."""
    _, is_told, said = output.rpartition("Encountered an error:")
    lines = [line.strip() for line in said.splitlines()]
    told = [line for line in lines if line and line != "Raw Error:" and not re.match(r"\d+ +\||-+$", line)]
    return " ".join(told if is_told else told[-4:])[:400]  # a crash says last what it was


def load_manifest(settings: Settings) -> dict[str, Any]:
    return json.loads(ensure_manifest(settings).read_text(encoding="utf-8"))


class DbtCommand(DbtCliResource):
    """Runs dbt and nothing beside it.

    As it comes, dagster-dbt asks `dbt --version` and makes a dbt adapter in this process before each command; we use
    neither, and together they cost as much as fifty models.
    """

    @property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:
        """No adapter: row counts and columns are ours to report."""


def dbt_resource(settings: Settings) -> DbtCliResource:
    return DbtCommand(
        project_dir=str(settings.dbt_project),
        profiles_dir=str(settings.dbt_project),
        dbt_executable=str(CMW_DBT),
    )
