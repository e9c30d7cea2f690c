-- What recurs per customer and month, quarter or year: the closing amount, and the opening one at the rates of the day before
-- the period and of its end. Their difference is the effect of currency and never a movement.
with context as (
    select reporting_currency from {{ ref('run_context') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

sides as (
    select
        recurring.customer_key, periods.period_grain, periods.period_start, recurring.currency,
        recurring.document_amount as closing_document, 0 as opening_document
    from {{ ref('int_recurring_months') }} as recurring
    inner join periods on recurring.month_start = {{ month_start('periods.period_as_of_date') }}
    union all
    select
        recurring.customer_key, periods.period_grain, periods.period_start, recurring.currency,
        0, recurring.document_amount
    from {{ ref('int_recurring_months') }} as recurring
    inner join periods on recurring.month_start = {{ month_start('periods.day_before') }}
),

summed as (
    select
        sides.customer_key,
        sides.period_grain,
        sides.period_start,
        sides.currency,
        periods.day_before,
        periods.period_as_of_date,
        context.reporting_currency,
        cast(sum(sides.closing_document) as decimal(18, 4)) as closing_document,
        cast(sum(sides.opening_document) as decimal(18, 4)) as opening_document
    from sides
    cross join context
    inner join periods on periods.period_grain = sides.period_grain and periods.period_start = sides.period_start
    group by
        sides.customer_key, sides.period_grain, sides.period_start, sides.currency, periods.day_before,
        periods.period_as_of_date, context.reporting_currency
),

converted as (
    select
        summed.customer_key,
        summed.period_grain,
        summed.period_start,
        {{ converted('summed.opening_document', 'opening_rate') }} as opening_amount,
        {{ converted('summed.opening_document', 'closing_rate') }} as opening_at_closing_rate,
        {{ converted('summed.closing_document', 'closing_rate') }} as closing_amount,
        {{ is_rate_missing('summed.closing_document', 'closing_rate') }}
            or {{ is_rate_missing('summed.opening_document', 'opening_rate') }} as is_missing_rate
    from summed
    {{ join_rates('opening_rate', 'summed.currency', 'summed.reporting_currency', 'summed.day_before') }}
    {{ join_rates('closing_rate', 'summed.currency', 'summed.reporting_currency', 'summed.period_as_of_date') }}
),

final as (
    select
        customer_key,
        period_grain,
        period_start,
        {%- for amount in ['opening_amount', 'opening_at_closing_rate', 'closing_amount'] %}
        cast(coalesce(sum({{ amount }}), 0) as decimal(18, 2)) as {{ amount }},
        {%- endfor %}
        max({{ as_flag('is_missing_rate') }}) = 1 as is_missing_rate
    from converted
    group by customer_key, period_grain, period_start
)

select * from final
