"""dbt's side of Dagster: how it is called, and how its nodes become asset keys."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource
from packaging.version import Version

from ingestion.entities import load_contract
from orchestration.dbt_parse import CMW_DBT
from orchestration.keys import IDENTITY, VERDICTS, raw_key
from warehouse.settings import Settings

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
