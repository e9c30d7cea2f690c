"""A small working file with two marts that join, for the tests of publishing."""

import duckdb

from warehouse.settings import Settings
from warehouse.working_file import connect


def fill(connection: duckdb.DuckDBPyConnection, run_id: str, rows: int = 1000) -> None:
    """Every table carries the run's id, so that a reader can tell a mixture of two runs."""
    for schema in ("staging", "core", "core_internal", "marts", "metrics", "quality", "identity"):
        connection.execute(f"create schema if not exists {schema}")
    amounts = f"select i as customer_key, cast(i * 1.25 as decimal(18, 2)) as net_revenue, '{run_id}' as run_id"
    connection.execute(f"create or replace table marts.customer_tiers as {amounts} from range({rows}) as t(i)")
    connection.execute(f"create or replace table marts.customer_health as {amounts} from range({rows}) as t(i)")
    connection.execute("comment on table marts.customer_tiers is 'One row per customer: the owner''s tiers\n'")
    connection.execute("comment on column marts.customer_tiers.net_revenue is 'money, tax excluded'")
    connection.execute("create or replace view marts.shown_nowhere as select * from marts.customer_tiers")
    connection.execute("create or replace table core.int_helper as select 1 as one")
    connection.execute("create or replace table core_internal.int_more as select 1 as one")
    connection.execute("create or replace table staging.stg_crm__contacts as select 'a@b.example' as email")
    connection.execute(
        "create or replace table core.dim_customers as select 1 as customer_key, 'Ann' as customer_name, "
        "'ann@example.com' as email, '+86 10' as phone_number, 3 as phone_call_count, '{}' as _keep"
    )
    connection.execute(f"create or replace table metrics.metric_values as select 1.5 as value, '{run_id}' as run_id")
    connection.execute(f"create or replace table quality.check_results as select true as passed, '{run_id}' as run_id")
    connection.execute(
        "create or replace table quality.quarantined_rows as select 'k' as key, 'r' as rule, '{\"a\": 1}' as row_values"
    )
    connection.execute("create or replace table identity.customer_identity_map as select 1 as customer_key")


def open_filled(settings: Settings, run_id: str, rows: int = 1000) -> duckdb.DuckDBPyConnection:
    connection = connect(settings)
    fill(connection, run_id, rows)
    return connection
