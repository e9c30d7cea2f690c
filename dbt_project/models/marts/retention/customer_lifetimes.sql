-- Kaplan-Meier over first lives: who is still active is censored, after those who left in the same month. A life that is
-- three months and a day long ends in its fourth month. Beyond the oldest life nothing is known, and nothing is added.
{%- set horizon = 36 %}
with firsts as (
    select customer_key, min(active_from) as active_from
    from {{ ref('int_activity_spells') }}
    group by customer_key
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
    {%- for month in range(1, horizon + 1) %}
    select {{ month }} as life_month from {{ ref('run_context') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (
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
),

-- survival is a product, the exponential of a sum of logarithms; a month in which all leave ends it
survived as (
    select
        *,
        {{ safe_ratio('churned_customers', 'customers_at_risk') }} as hazard,
        max({{ as_flag('churned_customers = customers_at_risk') }}) over (
            partition by month_start order by life_month rows between unbounded preceding and current row
        ) as all_left,
        sum(case when churned_customers < customers_at_risk
            then ln(1 - cast(churned_customers as double) / customers_at_risk) else 0 end) over (
            partition by month_start order by life_month rows between unbounded preceding and current row
        ) as log_survival
    from counted
),

curve as (
    select
        *,
        case when all_left = 1 then 0 else exp(log_survival) end as survival
    from survived
),

begun as (
    select
        *,
        coalesce(lag(survival) over (partition by month_start order by life_month), 1) as survival_before
    from curve
),

final as (
    select
        month_start,
        state_date,
        cast(life_month as bigint) as life_month,
        cast(customers_at_risk as bigint) as customers_at_risk,
        cast(churned_customers as bigint) as churned_customers,
        cast(censored_customers as bigint) as censored_customers,
        hazard,
        survival,
        survival_before,
        sum(survival_before) over (
            partition by month_start order by life_month rows between unbounded preceding and current row
        ) as restricted_mean_months,
        -- a shorter record gives a shorter mean, which cannot be compared with one of 36 months
        max(life_month) over (partition by month_start) = {{ horizon }} as is_whole_curve
    from begun
)

select * from final
