-- What recurs per customer and month: the closing amount, and the opening one at the rates of the month before and of this
-- one. Their difference is the effect of currency and never a movement.
with context as (
    select reporting_currency from {{ ref('run_context') }}
),

sides as (
    select customer_key, month_start, currency, document_amount as closing_document, 0 as opening_document
    from {{ ref('int_recurring_months') }}
    union all
    select recurring.customer_key, months.month_start, recurring.currency, 0, recurring.document_amount
    from {{ ref('int_recurring_months') }} as recurring
    inner join {{ ref('int_months') }} as months on months.previous_month_start = recurring.month_start
),

summed as (
    select
        sides.customer_key,
        sides.month_start,
        sides.currency,
        months.day_before,
        months.month_as_of_date,
        context.reporting_currency,
        cast(sum(sides.closing_document) as decimal(18, 4)) as closing_document,
        cast(sum(sides.opening_document) as decimal(18, 4)) as opening_document
    from sides
    cross join context
    inner join {{ ref('int_months') }} as months on months.month_start = sides.month_start
    group by
        sides.customer_key, sides.month_start, sides.currency, months.day_before, months.month_as_of_date,
        context.reporting_currency
),

converted as (
    select
        summed.customer_key,
        summed.month_start,
        {{ converted('summed.opening_document', 'opening_rate') }} as opening_amount,
        {{ converted('summed.opening_document', 'closing_rate') }} as opening_at_closing_rate,
        {{ converted('summed.closing_document', 'closing_rate') }} as closing_amount,
        {{ is_rate_missing('summed.closing_document', 'closing_rate') }}
            or {{ is_rate_missing('summed.opening_document', 'opening_rate') }} as is_missing_rate
    from summed
    {{ join_rates('opening_rate', 'summed.currency', 'summed.reporting_currency', 'summed.day_before') }}
    {{ join_rates('closing_rate', 'summed.currency', 'summed.reporting_currency', 'summed.month_as_of_date') }}
),

final as (
    select
        customer_key,
        month_start,
        {%- for amount in ['opening_amount', 'opening_at_closing_rate', 'closing_amount'] %}
        cast(coalesce(sum({{ amount }}), 0) as decimal(18, 2)) as {{ amount }},
        {%- endfor %}
        max({{ as_flag('is_missing_rate') }}) = 1 as is_missing_rate
    from converted
    group by customer_key, month_start
)

select * from final
