"""The metrics in groups whose rows fit into memory together, however many there are of all."""

import duckdb

ROWS = 500_000  # of metric_values in one batch, about; each is 26 columns wide while it is compared

# No metric has more rows than its largest input has figures.
_SIZES = """
with counts as (
    select metric_name, count(*) as figures from metric_figures group by metric_name
)
select definitions.metric_name, coalesce(max(counts.figures), 0)
from metric_definitions as definitions
left join metric_inputs as inputs
    on inputs.metric_name = definitions.metric_name
left join counts
    on counts.metric_name = inputs.input_name
group by definitions.metric_name, definitions.published_name, definitions.variant
order by definitions.published_name, definitions.variant, definitions.metric_name
"""


def batches(connection: duckdb.DuckDBPyConnection) -> list[list[str]]:
    """Names of metrics, in the order in which metric_values holds them; reads metric_figures and metrics.rules."""
    found: list[list[str]] = [[]]
    room = ROWS
    for name, size in connection.execute(_SIZES).fetchall():
        if found[-1] and size > room:
            found.append([])
            room = ROWS
        found[-1].append(name)
        room -= size
    return found


def take(connection: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    """Makes these the metrics of temporary table metric_batch, which the steps of metrics.assembly work on."""
    connection.execute(
        "create or replace temp table metric_batch as select unnest($names) as metric_name", {"names": names}
    )
