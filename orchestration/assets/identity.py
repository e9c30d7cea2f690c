"""The identity step: one customer_key over CRM account, ERP customer and ticket requester."""

import dataclasses

import dagster as dg

from identity.resolve import resolve
from orchestration.keys import IDENTITY, PLATFORM
from orchestration.progress import report
from orchestration.resources import CompanyRun

STAGING_INPUTS = (
    "stg_crm__accounts",
    "stg_crm__contacts",
    "stg_crm__leads",
    "stg_erp__customers",
    "stg_service__tickets",
)


@dg.asset(
    key=IDENTITY,
    deps=[dg.AssetKey(["staging", name]) for name in STAGING_INPUTS],
    group_name="identity",
    owners=PLATFORM,
    kinds={"python", "parquet"},
    description="Links records by explicit references and exact normalised keys; keys once given never change.",
)
def identity_resolved(run: CompanyRun) -> dg.MaterializeResult:
    report("step", {"name": "identity"})
    with run.working_file() as connection:
        result = resolve(connection, run.settings, run.company, run.run_id)
    facts = dataclasses.asdict(result)
    report("identity", facts)
    return dg.MaterializeResult(metadata={name: value for name, value in facts.items() if isinstance(value, int | str)})
