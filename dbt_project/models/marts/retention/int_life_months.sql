-- First lives by month of life, of customers whose start is on record: a life of three months and a day ends in its fourth. Who is still active is lost from sight in
-- the month that runs.
with firsts as (
    select customer_key, first_active_date as active_from
    from {{ ref('int_customer_starts') }}
    where is_proven_new
),

ended as (
    select
        months.month_start,
        months.state_date,
        spells.active_from,
        {{ as_flag('spells.active_until <= months.state_date') }} as has_ended,
        -- last day of the life, as far as it is seen
        least({{ add_days('spells.active_until', -1) }}, months.state_date) as last_date
    from firsts
    inner join {{ ref('int_activity_spells') }} as spells
        on spells.customer_key = firsts.customer_key and spells.active_from = firsts.active_from
    inner join {{ ref('int_lifecycle_months') }} as months on months.state_date >= spells.active_from
),

lives as (
    select *, 1 + {{ whole_months_between('active_from', 'last_date') }} as last_life_month
    from ended
),

ages as (
    {%- for month in range(1, (lifetime_months() | int) + 1) %}
    select {{ month }} as life_month from {{ ref('run_context') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        lives.month_start,
        lives.state_date,
        ages.life_month,
        count(*) as customers_at_risk,
        sum(case when lives.last_life_month = ages.life_month then lives.has_ended else 0 end) as churned_customers,
        sum(case when lives.last_life_month = ages.life_month then 1 - lives.has_ended else 0 end) as censored_customers
    from lives
    inner join ages on ages.life_month <= lives.last_life_month
    group by lives.month_start, lives.state_date, ages.life_month
)

select * from final
