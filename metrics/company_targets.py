"""Targets that the company keeps in its CRM (core.fct_sales_targets); they go before those of the definitions."""

import duckdb

# Which version of a target holds is the fact's rule, for attainment and for the gap to a target alike. Of an owner or
# a team several rows hold where regions are parts of the target.
_SQL = """
insert into metric_targets
select
    metric_name,
    period_grain,
    case scope_type when 'company' then 'total' else scope_type end,
    case scope_type when 'company' then 'total' else scope_value end,
    period_start,
    sum(target_value)::decimal(38, 8),
    true
from core.fct_sales_targets
where is_in_force
group by all
"""


def add(connection: duckdb.DuckDBPyConnection) -> None:
    """Adds them to metric_targets where dbt built the table."""
    found = connection.execute(
        "select count(*) from information_schema.tables"
        " where table_schema = 'core' and table_name = 'fct_sales_targets'"
    ).fetchone()
    if found and found[0]:
        connection.execute(_SQL)
