"""Which metrics cannot be computed because no source brings what they need."""

from collections.abc import Iterable

import duckdb

from metrics.catalogue import Catalogue
from metrics.input_names import BY_PROFILE
from warehouse.company import Profile
from warehouse.raw_manifest import read_manifest
from warehouse.settings import Settings

# A ledger may post the cost of goods and name nobody: the company has a margin then, and no customer has.
COGS_OF_CUSTOMERS = "erp_gl_entries.account_class=cogs with customer_code"


def needs_of(inputs: Iterable[str], profile: Profile) -> list[str]:
    """The required inputs of a metric as a company of this profile has to bring them."""
    return [BY_PROFILE[need][profile] if need in BY_PROFILE else need for need in inputs]


def present_entities(settings: Settings) -> set[str]:
    """Contract entities that at least one source has loaded, by the change log's manifest."""
    return {key.split("/", 1)[1] for key in read_manifest(settings).sources}


def filled_columns(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> set[str]:
    """Of the columns that metrics need (``erp_invoice_lines.cost_amount``), those that any staged row fills.

    Of a code (``erp_gl_entries.account_class=cogs``) those that any row carries: a ledger may post no cost of goods.
    Whether it names customers is decided where their results are computed (``int_profit_bases``).
    """
    inputs = (need for metric in catalogue.metrics.values() for need in metric.governance.required_inputs)
    wanted = {name for need in inputs for name in need.split("|") if "." in name}
    return {name for name in sorted(wanted) if _is_known(connection, name)}


def _is_known(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    if name == COGS_OF_CUSTOMERS:
        return connection.execute("select names_cogs from core_internal.int_profit_bases").fetchone() == (True,)
    return _is_filled(connection, *name.split("."))


def _is_filled(connection: duckdb.DuckDBPyConnection, entity: str, column: str) -> bool:
    kind, name = entity.split("_", 1)
    table = f"staging.stg_{'service' if kind == 'svc' else kind}__{name}"
    column, _, code = column.partition("=")
    rows = f"count(*) filter ({column} = '{code}')" if code else f"count({column})"
    return connection.execute(f"select {rows} > 0 from {table}").fetchone() == (True,)


def missing_inputs(catalogue: Catalogue, present: set[str], profile: Profile) -> dict[str, str]:
    """Metric to what it lacks, for each that lacks something: ``crm_leads, erp_invoices or erp_orders``.

    ``present`` holds entities, columns as entity.column and codes as entity.column=code; ``a|b`` needs either, a name
    of BY_PROFILE what the company's profile asks for. A ratio lacks what its numerator or denominator lacks, and a
    supporting metric that names no inputs lacks what all the metrics built on it lack.
    """
    lacking: dict[str, list[str]] = {}
    for metric in catalogue.metrics.values():
        required = list(metric.governance.required_inputs)
        for used in metric.inputs.values():
            required += catalogue.metrics[used].governance.required_inputs
        lacking[metric.name] = [
            need.replace("|", " or ")
            for need in dict.fromkeys(needs_of(required, profile))
            if not present & set(need.split("|"))
        ]
    for metric in catalogue.metrics.values():
        users = [name for name, other in catalogue.metrics.items() if metric.name in other.inputs.values()]
        users = [name for name in users if name != metric.name]
        if metric.governance.supporting and not metric.governance.required_inputs and users:
            lacking[metric.name] = lacking[users[0]] if all(lacking[name] for name in users) else []
    return {name: ", ".join(needs) for name, needs in lacking.items() if needs}
