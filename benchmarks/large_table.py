"""A table of order lines, 12 columns wide, of the same values in each kind of database."""

import sqlalchemy as sa

ROWS = 2_000_000
TABLE = "cmw_benchmark_lines"
COLUMNS = (
    ("line_no", "varchar(20)"),
    ("order_no", "varchar(20)"),
    ("item", "varchar(20)"),
    ("qty", "numeric(18,3)"),
    ("price", "numeric(18,4)"),
    ("discount", "numeric(18,2)"),
    ("tax", "numeric(18,2)"),
    ("net", "numeric(18,2)"),
    ("cost", "numeric(18,2)"),
    ("promised", "date"),
    ("delivered", "timestamp"),
    ("changed", "timestamp"),
)
# The mapping of the table, as a source file says it.
ENTITY = f"""
  erp_order_lines:
    table: {TABLE}
    cursor: changed
    columns: {{order_line_id: line_no, order_id: order_no, product_code: item, quantity: qty, unit_price: price,
              discount_amount: discount, tax_amount: tax, net_amount: net, cost_amount: cost,
              promised_date: promised, delivered_at: delivered, updated_at: changed}}
"""

# The nth row in each dialect: every tenth delivery is missing, discounts are mostly zero.
_SQLITE = """
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {rows})
select printf('L%09d', n), printf('A%08d', n / 4), 'P-' || (n % 5000), (n % 900) / 8.0, (n * 7919 % 1000000) / 100.0,
  case when n % 5 = 0 then (n % 1000) / 100.0 else 0 end, (n * 13 % 100000) / 100.0, (n * 7919 % 9000000) / 100.0,
  (n * 7919 % 6000000) / 100.0, date('2022-01-01', (n % 1000) || ' days'),
  case when n % 10 > 0 then datetime('2022-01-01 08:00:00', (n % 1440000) || ' minutes') end,
  datetime('2022-01-01 08:00:00', (n % 1440000 + 77) || ' minutes')
from numbers"""
_POSTGRES = """
select 'L' || lpad(n::text, 9, '0'), 'A' || lpad((n / 4)::text, 8, '0'), 'P-' || (n % 5000), (n % 900) / 8.0,
  (n * 7919 % 1000000) / 100.0, case when n % 5 = 0 then (n % 1000) / 100.0 else 0 end, (n * 13 % 100000) / 100.0,
  (n * 7919 % 9000000) / 100.0, (n * 7919 % 6000000) / 100.0, date '2022-01-01' + (n % 1000)::int,
  case when n % 10 > 0 then timestamp '2022-01-01 08:00:00' + (n % 1440000) * interval '1 minute' end,
  timestamp '2022-01-01 08:00:00' + (n % 1440000 + 77) * interval '1 minute'
from generate_series(1, {rows}::bigint) as numbers(n)"""
_MYSQL = """
select concat('L', lpad(n, 9, '0')), concat('A', lpad(n div 4, 8, '0')), concat('P-', n % 5000), (n % 900) / 8.0,
  (n * 7919 % 1000000) / 100.0, case when n % 5 = 0 then (n % 1000) / 100.0 else 0 end, (n * 13 % 100000) / 100.0,
  (n * 7919 % 9000000) / 100.0, (n * 7919 % 6000000) / 100.0, date_add('2022-01-01', interval n % 1000 day),
  case when n % 10 > 0 then date_add('2022-01-01 08:00:00', interval n % 1440000 minute) end,
  date_add('2022-01-01 08:00:00', interval n % 1440000 + 77 minute)
from (with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {rows})
  select n from numbers) as numbers"""
_ROWS_OF = {"sqlite": _SQLITE, "postgresql": _POSTGRES, "mysql": _MYSQL, "mariadb": _MYSQL}


def make_table(url: str, rows: int = ROWS) -> None:
    """Creates and fills the table, replacing an older one."""
    engine = sa.create_engine(url)
    dialect = engine.dialect.name
    drop_table(url)
    listed = ", ".join(f"{name} {kind}" for name, kind in COLUMNS)
    if dialect in ("mysql", "mariadb"):
        listed = listed.replace(" timestamp", " datetime")
    with engine.begin() as connection:
        if dialect in ("mysql", "mariadb"):
            limit = "max_recursive_iterations" if connection.dialect.is_mariadb else "cte_max_recursion_depth"
            connection.exec_driver_sql(f"set session {limit} = {rows + 1}")
        connection.exec_driver_sql(f"create table {TABLE} ({listed})")
        statement = f"insert into {TABLE} {_ROWS_OF[dialect].format(rows=rows)}"
        connection.exec_driver_sql(statement.replace("%", "%%") if dialect != "sqlite" else statement)
    engine.dispose()


def drop_table(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"drop table if exists {TABLE}")
    engine.dispose()
