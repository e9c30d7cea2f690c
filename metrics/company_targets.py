"""Targets that the company keeps in its CRM (core.fct_sales_targets); they go before those of the definitions."""

from collections.abc import Iterable

import duckdb

# Which version of a target holds is the fact's rule, for attainment and for the gap to a target alike. Of an owner or
# a team several rows hold where regions are parts of the target. What can be added up has the target of its months,
# where every month has one and the quarter or year none of its own.
_SQL = """
insert into metric_targets
with stated as (
    select
        metric_name,
        period_grain,
        case scope_type when 'company' then 'total' else scope_type end as dimension_name,
        case scope_type when 'company' then 'total' else scope_value end as dimension_value,
        period_start,
        sum(target_value)::decimal(38, 8) as target_value
    from core.fct_sales_targets
    where is_in_force
    group by all
),
summed as (
    select
        stated.metric_name,
        longer.period_grain,
        stated.dimension_name,
        stated.dimension_value,
        date_trunc(longer.period_grain, stated.period_start)::date as period_start,
        sum(stated.target_value)::decimal(38, 8) as target_value
    from stated
    cross join (values ('quarter', 3), ('year', 12)) as longer (period_grain, months)
    where stated.period_grain = 'month' and list_contains($additive, stated.metric_name)
    group by all
    having count(stated.target_value) = any_value(longer.months)
)
select *, true from stated
union all
select summed.*, true
from summed
anti join stated using (metric_name, period_grain, dimension_name, dimension_value, period_start)
"""


def add(connection: duckdb.DuckDBPyConnection, additive: Iterable[str]) -> None:
    """Adds them to metric_targets where dbt built the table; ``additive`` names the metrics that months add up to."""
    found = connection.execute(
        "select count(*) from information_schema.tables"
        " where table_schema = 'core' and table_name = 'fct_sales_targets'"
    ).fetchone()
    if found and found[0]:
        connection.execute(_SQL, {"additive": sorted(additive)})
