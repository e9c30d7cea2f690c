-- Kaplan-Meier over first lives: who is still active is censored, after those who left in the same month. Beyond the oldest
-- life nothing is known, and nothing is added.
with counted as (
    select * from {{ ref('int_life_months') }}
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
        case when all_left = 1 then 0 else {{ same_double('exp(log_survival)') }} end as survival
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
        {{ same_double('sum(survival_before) over (
            partition by month_start order by life_month rows between unbounded preceding and current row
        )') }} as restricted_mean_months,
        -- a shorter record gives a shorter mean, which cannot be compared with one of 36 months
        max(life_month) over (partition by month_start) = {{ lifetime_months() }} as is_whole_curve
    from begun
)

select * from final
