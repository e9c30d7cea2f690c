"""What anybody who opens the published file relies on."""

import re
import sqlite3

import duckdb

from tests.end_to_end.conftest import ROOT

SCHEMAS = "('core', 'marts', 'metric_rows', 'metrics', 'quality', 'identity', 'ops')"
PUBLISHED = "published/current/customer_metrics.duckdb"
WORD = r"[\w.+-]*@[\w.-]*|\+?\d[\d-]{6,}"  # what looks like an address or a telephone number
CONTACTS = {
    "crm": [
        "select mail, tel from accounts",
        "select mail, mobile from contact_person",
        "select mail, mobile from lead",
    ],
    "erp": ["select smtp, telf from customer_master"],
    "service_desk": ["select mail, phone from end_user"],
}


def test_every_published_table_says_its_grain_and_every_column_is_described(published_company):
    silent = published_company.query("""
        select schema_name || '.' || table_name from duckdb_tables()
        where coalesce(comment, '') not like 'One row per %'
    """)
    assert silent == []
    undescribed = published_company.query("""
        select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()
        where coalesce(comment, '') = '' and not internal
    """)
    assert undescribed == []
    assert published_company.query(f"select count(*) from duckdb_tables() where schema_name not in {SCHEMAS}") == [(0,)]


def test_readers_with_an_older_duckdb_can_open_it(published_company):
    (tags,) = published_company.query("select tags from duckdb_databases() where not internal")[0]
    assert tags["storage_version"] == "v1.0.0+"
    working = published_company.home / "working" / "warehouse.duckdb"
    with duckdb.connect(str(working), read_only=True) as connection:
        tags = connection.execute("select tags from duckdb_databases() where not internal").fetchone()[0]
    assert tags["storage_version"] > "v1.4", "what nobody else reads is written as the newest DuckDB does"


def test_the_page_of_tables_lists_every_published_table_and_column(published_company):
    told, table = set(), ""
    for line in (ROOT / "docs" / "tables.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            table = line[3:].split(" ")[0]
        elif line.startswith("| ") and not line.startswith("| column |"):
            told.add((table, line.split(" | ")[0].removeprefix("| ")))
    published = published_company.query("select schema_name || '.' || table_name, column_name from duckdb_columns()"
                                        " where not internal")  # fmt: skip
    # address and telephone of staff and the like are declared and stay behind
    assert set(published) - told == set()
    assert {table for table, _ in told} == {table for table, _ in published}


def test_no_address_or_telephone_number_of_a_customer_stands_in_any_text(published_company):
    known = set()
    for database, queries in CONTACTS.items():
        with sqlite3.connect(published_company.home / "demo" / f"{database}.db") as connection:
            for query in queries:
                known |= {value for row in connection.execute(query) for value in row if value and len(value) > 5}
        connection.close()
    assert len(known) > 1000
    digits = {re.sub(r"\D", "", value) for value in known if "@" not in value}
    found = {}
    with duckdb.connect(str(published_company.home / PUBLISHED), read_only=True) as published:
        for table, columns in published.execute("""
            select schema_name || '.' || table_name, string_agg('cast("' || column_name || '" as varchar)', ', ')
            from duckdb_columns() where regexp_matches(data_type, 'VARCHAR|JSON|STRUCT|MAP') and not internal
            group by all
        """).fetchall():
            words = published.execute(f"""
                select distinct unnest(regexp_extract_all(said, '{WORD}'))
                from (select distinct unnest([{columns}]) as said from {table})
            """).fetchall()
            leaked = [word for (word,) in words if word in known or re.sub(r"\D", "", word) in digits]
            if leaked:
                found[table] = leaked[:3]
    assert found == {}


def test_the_tables_that_outsiders_rely_on_are_there(published_company):
    names = {
        f"{schema}.{table}"
        for schema, table in published_company.query("select schema_name, table_name from duckdb_tables()")
    }
    assert {
        "core.dim_customers", "core.customer_months", "core.customer_periods", "core.fct_orders", "core.fct_invoices",
        "core.fct_gl_entries", "marts.acquisition_monthly", "marts.channel_performance", "marts.conversion_funnel",
        "marts.opportunity_pipeline", "marts.lead_to_cash", "marts.retention_monthly", "marts.cohort_retention",
        "marts.revenue_movements", "marts.customer_rfm", "marts.customer_tiers", "marts.customer_health",
        "marts.churn_warnings", "marts.stage_dwell_times",
        "marts.receivables_ageing", "marts.receivables_bridge", "marts.customer_profitability", "marts.service_levels",
        "metrics.metric_catalogue", "metrics.metric_values", "metrics.metric_restatements", "quality.check_results",
        "quality.scorecard", "quality.failing_rows", "quality.quarantined_rows",
        "quality.reconciliation", "identity.customer_identity_map",
        "identity.identity_review_queue", "ops.loads", "ops.alerts", "ops.tasks", "ops.published_versions",
    } <= names  # fmt: skip


def test_parquet_files_hold_the_same_rows_as_the_database(published_company):
    for schema, table, rows in published_company.query(
        "select schema_name, table_name, estimated_size from duckdb_tables() where schema_name = 'marts'"
    ):
        path = published_company.home / "published" / "current" / "parquet" / schema / f"{table}.parquet"
        [(counted,)] = published_company.query(f"select count(*) from '{path}'")
        assert counted == rows, f"{schema}.{table}"


def test_metric_values_have_the_promised_columns_and_a_reason_for_every_missing_value(published_company):
    columns = [
        name
        for (name,) in published_company.query(
            "select column_name from duckdb_columns() where table_name = 'metric_values' order by column_index"
        )
    ]
    assert set(columns) >= {
        "metric_name", "period_grain", "period_start", "dimension_name", "dimension_value", "variant", "value", "unit",
        "currency", "numerator", "denominator", "base_count", "null_reason", "missing_input", "lower_bound",
        "upper_bound", "previous_value", "same_period_last_year_value", "change_type", "target_value", "limit_status",
        "benchmark_value", "as_of", "definition_version", "run_id",
    }  # fmt: skip
    assert (
        published_company.query(
            "select metric_name from metrics.metric_values where value is null and null_reason is null limit 5"
        )
        == []
    )


def test_what_later_months_will_tell_is_immature_until_then(published_company):
    """Months without a base would be the newest that could be judged, and no riper one would be held to its limits."""
    rows = published_company.query(
        """
        select metric_name, list(distinct null_reason) from metrics.metric_values
        where metric_name in ('warning_precision_recall', 'warning_recall', 'warning_lead_days')
            and period_grain = 'month' and dimension_name = 'total' and variant = 'default'
            and period_start > as_of - 90
        group by metric_name
        """
    )
    assert sorted(rows) == [
        (name, ["immature"]) for name in ("warning_lead_days", "warning_precision_recall", "warning_recall")
    ]
