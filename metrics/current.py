"""Which figure of a metric is its current one: its newest total, by grain and at all, in SQL."""

# The period to show first, where it has a value.
GRAIN_ORDER = "['month', 'quarter', 'week', 'year', 'day']"

CURRENT = """
with complete as (
    select
        catalogue.metric_name, period_grain, period_start, value, found.unit, currency, numerator, denominator,
        base_count, null_reason, found.missing_input, previous_value, same_period_last_year_value, change_type,
        target_value, limit_status, found.benchmark_value, as_of,
        case period_grain
            when 'day' then period_start + interval 1 day
            when 'week' then period_start + interval 7 days
            when 'month' then period_start + interval 1 month
            when 'quarter' then period_start + interval 3 months
            else period_start + interval 1 year
        end <= as_of + interval 1 day as is_complete
    from metrics.metric_values as found
    inner join metrics.metric_catalogue as catalogue
        on coalesce(catalogue.variant_of, catalogue.metric_name) = found.metric_name
        and coalesce(catalogue.variant, 'default') = found.variant
    where dimension_name = 'total'
)

select *
from complete
qualify row_number() over (
    partition by metric_name, period_grain
    -- the newest period that is over and has a value; else the newest there is
    order by (is_complete and value is not null) desc, (value is not null) desc, period_start desc
) = 1
"""
# Of these the one to show where there is room for one.
NEWEST = f"""
select * from ({CURRENT})
qualify row_number() over (
    partition by metric_name
    -- a figure older than a year is not the current one where another grain has a newer
    order by value is null, period_start < as_of - interval 13 months, list_position({GRAIN_ORDER}, period_grain)
) = 1
"""
