-- Each customer makes one net movement a period, at the closing rate: a quarter's class is not made of its months'. What the
-- change of rates does to his opening amount is the currency line.
with recurring as (
    select * from {{ ref('int_recurring_customer_periods') }}
),

firsts as (
    select customer_key, min(period_start) as first_month
    from recurring
    where closing_amount > 0 and period_grain = 'month'
    group by customer_key
),

classed as (
    select
        recurring.*,
        recurring.closing_amount - recurring.opening_at_closing_rate as movement,
        case
            when recurring.closing_amount = recurring.opening_at_closing_rate then 'none'
            when recurring.opening_amount = 0
                and recurring.period_start <= coalesce(firsts.first_month, recurring.period_start) then 'new'
            when recurring.opening_amount = 0 then 'reactivation'
            when recurring.closing_amount = 0 then 'churn'
            when recurring.closing_amount > recurring.opening_at_closing_rate then 'expansion'
            else 'contraction'
        end as movement_type
    from recurring
    left join firsts on firsts.customer_key = recurring.customer_key
),

final as (
    select
        classed.customer_key,
        classed.period_grain,
        classed.period_start,
        periods.is_complete,
        coalesce(history.owner_id, 'unassigned') as owner_id,
        coalesce(history.region, 'unknown') as region,
        coalesce(history.customer_type, 'unassigned') as customer_type,
        coalesce(history.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(tiers.tier, 'unranked') as tier,
        classed.movement_type,
        classed.opening_amount,
        {%- for kind in ['new', 'expansion', 'reactivation'] %}
        cast(case when movement_type = '{{ kind }}' then movement else 0 end as decimal(18, 2)) as {{ kind }}_amount,
        {%- endfor %}
        {%- for kind in ['contraction', 'churn'] %}
        cast(case when movement_type = '{{ kind }}' then -movement else 0 end as decimal(18, 2)) as {{ kind }}_amount,
        {%- endfor %}
        cast(classed.opening_at_closing_rate - classed.opening_amount as decimal(18, 2)) as currency_amount,
        classed.closing_amount,
        classed.is_missing_rate
    from classed
    inner join {{ ref('int_periods') }} as periods
        on periods.period_grain = classed.period_grain and periods.period_start = classed.period_start
    {{ join_history('history', 'classed', 'periods.period_as_of_date') }}
    left join {{ ref('int_customer_tier_months') }} as tiers
        on tiers.customer_key = classed.customer_key and tiers.month_start = periods.tier_month
)

select * from final
