"""Two companies' published tables, compared row for row by EXCEPT ALL both ways."""

import duckdb

from tests.end_to_end.conftest import LivingCompany

SCHEMAS = ("core", "marts", "metrics", "identity")
STAMPS = ("run_id", "first_seen_run_id", "load_id", "load_seq")  # which run wrote a row, not what the row says


def differing_tables(
    one: LivingCompany,
    other: LivingCompany,
    only: dict[str, str] | None = None,
    schemas: tuple[str, ...] = SCHEMAS,
) -> dict[str, int]:
    """Table to number of rows that only one of both has; `only` narrows a table by a where clause."""
    with duckdb.connect() as connection:
        for name, company in (("one", one), ("other", other)):
            path = company.home / "published" / "current" / "customer_metrics.duckdb"
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = connection.execute(f"""
            select schema_name || '.' || table_name, string_agg('"' || column_name || '"', ', ' order by column_index)
            from duckdb_columns()
            where database_name = 'one' and schema_name in {schemas} and column_name not in {STAMPS}
            group by all order by all
        """).fetchall()
        assert len(tables) > 50
        differing = {}
        for table, columns in tables:
            where = (only or {}).get(table, "")
            mine, theirs = (f"select {columns} from {side}.{table} {where}" for side in ("one", "other"))
            [(rows,)] = connection.execute(f"""
                select count(*) from (({mine} except all {theirs}) union all ({theirs} except all {mine}))
            """).fetchall()
            if rows:
                differing[table] = rows
        return differing
