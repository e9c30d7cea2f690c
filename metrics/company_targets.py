"""Targets that the company keeps in its CRM (core.fct_sales_targets); they go before those of the definitions."""

import duckdb

# A team's target without owner has no place in metric_values, which has no dimension team.
_SQL = """
insert into metric_targets
select
    metric_name,
    period_grain,
    case when owner_id is not null then 'owner' when region is not null then 'region' else 'total' end,
    coalesce(owner_id, region, 'total'),
    period_start,
    max_by(target_value, (valid_from_date, target_key))::decimal(38, 8),
    true
from core.fct_sales_targets
where team is null or owner_id is not null
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
