-- Each customer makes one net movement a month, at the closing rate. What the change of rates does to his opening amount is
-- the currency line.
with recurring as (
    select * from {{ ref('int_recurring_customer_months') }}
),

firsts as (
    select customer_key, min(month_start) as first_month
    from recurring
    where closing_amount > 0
    group by customer_key
),

classed as (
    select
        recurring.*,
        recurring.closing_amount - recurring.opening_at_closing_rate as movement,
        case
            when recurring.closing_amount = recurring.opening_at_closing_rate then 'none'
            when recurring.opening_amount = 0
                and recurring.month_start <= coalesce(firsts.first_month, recurring.month_start) then 'new'
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
        classed.month_start,
        months.owner_id,
        months.region,
        months.customer_type,
        months.acquisition_channel,
        months.tier,
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
    inner join {{ ref('customer_months') }} as months
        on months.customer_key = classed.customer_key and months.month_start = classed.month_start
)

select * from final
