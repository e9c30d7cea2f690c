"""The required inputs of a metric are names of the contract: a misspelt one would be missing for ever."""

import ast
from collections.abc import Iterable
from difflib import get_close_matches

from metrics.definition import WITHOUT_INPUT, MetricDefinition
from warehouse.company import Profile
from warehouse.errors import CmwError

# What makes a customer active (R12), and which revenue is compared with a year ago (35, 36), is the company's profile.
BY_PROFILE: dict[str, dict[Profile, str]] = {
    "activity": {
        "b2b_contract": "crm_contracts",
        "b2b_project": "erp_invoices",
        "b2c": "erp_orders|erp_invoices",
    },
    "revenue_base": {
        "b2b_contract": "crm_contracts",
        "b2b_project": "erp_invoices|erp_orders|erp_gl_entries",
        "b2c": "erp_invoices|erp_orders|erp_gl_entries",
    },
}


def check_inputs(metrics: Iterable[MetricDefinition], manifest: dict) -> None:
    """Raises CmwError naming the metric and the input. What nothing brings yet is named as it will be called."""
    contract = _contract(manifest)
    if not contract:
        return
    for metric in metrics:
        if metric.kind == WITHOUT_INPUT:
            continue
        for name in (name for need in metric.governance.required_inputs for name in need.split("|")):
            entity, _, column = name.partition("=")[0].partition(".")
            if entity not in contract and name not in BY_PROFILE:
                raise _unknown(metric, name, entity, [*contract, *BY_PROFILE])
            if column and column not in contract[entity]["columns"]:
                raise _unknown(metric, name, column, contract[entity]["columns"])


def _unknown(metric: MetricDefinition, name: str, part: str, known: Iterable[str]) -> CmwError:
    close = get_close_matches(part, known, n=1, cutoff=0.5)
    return CmwError(
        f"{metric.path}: metric {metric.name}: required_inputs names {name}, which is not in the contract",
        f"Did you mean {close[0]}" if close else "Name an entity, or entity.column, of ingestion/contract",
    )


def _contract(manifest: dict) -> dict:
    """Entity to its key and columns, as dbt's generated macro has them; empty in a project without it."""
    macro = manifest["macros"].get(f"macro.{manifest['metadata']['project_name']}.contract")
    return ast.literal_eval(macro["macro_sql"].partition("return(")[2].rpartition("})")[0] + "}") if macro else {}
