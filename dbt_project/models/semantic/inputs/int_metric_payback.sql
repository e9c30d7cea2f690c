{{ config(schema='marts') }}

with cohorts as (

    select
        month_start as cohort_month,
        sum(spend_amount) as spend_amount,
        sum(new_customers) as new_customers
    from {{ ref('int_metric_acquisition_costs') }}
    group by month_start

),

margins as (

    select
        {{ month_start('starts.first_active_date') }} as cohort_month,
        -- what was billed ahead is there in month 1
        greatest(results.month_start, {{ month_start('starts.first_active_date') }}) as month_start,
        sum(results.gross_margin) as gross_margin
    from {{ ref('int_metric_new_customers') }} as starts
    inner join {{ ref('customer_profitability') }} as results
        on starts.customer_key = results.customer_key
        and results.month_start >= {{ billed_ahead_from('starts.first_active_date') }}
    group by
        {{ month_start('starts.first_active_date') }},
        greatest(results.month_start, {{ month_start('starts.first_active_date') }})

),

grown as (

    select
        *,
        sum(gross_margin) over (
            partition by cohort_month order by month_start rows between unbounded preceding and current row
        ) as cumulative_margin
    from margins

),

final as (

    select
        cohorts.cohort_month,
        cohorts.new_customers,
        cohorts.spend_amount,
        -- the month of the first activity is month 1
        cast(min(case when grown.cumulative_margin >= cohorts.spend_amount
            then {{ months_between_starts('cohorts.cohort_month', 'grown.month_start') }} + 1 end) as double) as payback_months,
        cast({{ months_between_starts('cohorts.cohort_month', month_start('context.as_of_date')) }} + 1 as double) as age_months
    from cohorts
    cross join {{ ref('run_context') }} as context
    left join grown on cohorts.cohort_month = grown.cohort_month
    where cohorts.new_customers > 0 and cohorts.spend_amount > 0
    group by cohorts.cohort_month, cohorts.new_customers, cohorts.spend_amount, context.as_of_date

)

select * from final
