"""What anybody who opens the published file relies on."""

PERSONAL = ("email", "phone", "full_name", "requester_name", "birth_date")


def test_every_published_table_says_its_grain_and_every_column_is_described(published_company):
    silent = published_company.query("""
        select schema_name || '.' || table_name from duckdb_tables()
        where coalesce(comment, '') not like 'One row per %'
    """)
    assert silent == []
    undescribed = published_company.query("""
        select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()
        where schema_name in ('core', 'marts', 'metrics', 'identity') and coalesce(comment, '') = ''
    """)
    assert undescribed == []


def test_no_contact_data_is_published_except_names_of_staff(published_company):
    found = published_company.query(f"""
        select table_name || '.' || column_name from duckdb_columns()
        where column_name in {PERSONAL} and table_name <> 'dim_employees'
    """)
    assert found == []


def test_the_tables_that_outsiders_rely_on_are_there(published_company):
    names = {
        f"{schema}.{table}"
        for schema, table in published_company.query("select schema_name, table_name from duckdb_tables()")
    }
    assert {
        "core.dim_customers", "core.customer_months", "core.customer_periods", "core.fct_orders", "core.fct_invoices",
        "core.fct_gl_entries", "marts.acquisition_monthly", "marts.channel_performance", "marts.conversion_funnel",
        "marts.opportunity_pipeline", "marts.retention_monthly", "marts.cohort_retention", "marts.revenue_movements",
        "marts.customer_rfm", "marts.customer_tiers", "marts.customer_health", "marts.churn_warnings",
        "marts.receivables_ageing", "marts.receivables_bridge", "marts.customer_profitability", "marts.service_levels",
        "metrics.metric_catalogue", "metrics.metric_values", "metrics.metric_restatements", "quality.check_results",
        "quality.scorecard", "quality.quarantined_rows", "quality.reconciliation", "identity.customer_identity_map",
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
