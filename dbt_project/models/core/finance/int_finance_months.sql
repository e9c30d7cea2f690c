-- The months that finance looks at, each with the last day that has been seen: its end, or today in the month that
-- runs.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

event_dates as (
    {%- for date_column, model in [
        ('invoice_date', 'fct_invoices'), ('payment_date', 'fct_payments'), ('order_date', 'fct_orders'),
        ('posting_date', 'fct_gl_entries'), ('cost_date', 'fct_customer_costs'), ('worked_date', 'fct_service_time'),
    ] %}
    select min({{ date_column }}) as first_date from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

span as (
    select
        least(min(event_dates.first_date), min(context.as_of_date)) as first_date,
        min(context.as_of_date) as last_date
    from context
    cross join event_dates
),

days as (
    {{ date_series('first_date', 'last_date', 'span') }}
),

months as (
    select
        {{ month_start('date_day') }} as month_start,
        max(date_day) as as_of_date,
        count(*) as days_seen
    from days
    group by {{ month_start('date_day') }}
)

select
    months.month_start,
    months.as_of_date,
    {{ add_months('months.month_start', 1) }} as next_month_start,
    {{ month_start('months.as_of_date') }} < {{ month_start('context.as_of_date') }} as is_followed,
    cast({{ days_between('months.month_start', 'months.as_of_date') }} + 1 as bigint) as days_seen
from months
cross join context
