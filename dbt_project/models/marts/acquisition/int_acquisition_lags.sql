-- How long a sale took of late, as it could be known when a month began: the median cycle of what was won in the twelve months
-- before, in whole months. What was spent so many months earlier is what won the customers of the month.
{%- set minimum_won = 20 %}
with spending as (

    select min(month_start) as first_month
    from {{ ref('int_acquisition_pools') }}

),

won as (

    select {{ month_start('closed_date') }} as won_month, cycle_days
    from {{ ref('fct_opportunities') }}
    where cycle_days is not null

),

cycles as (

    select
        months.month_start,
        count(*) as won_count,
        {{ median_of('won.cycle_days') }} as median_cycle_days
    from {{ ref('int_months') }} as months
    inner join won
        on won.won_month < months.month_start and won.won_month >= {{ add_months('months.month_start', -12) }}
    -- customers of half a month do not stand beside the spend of a whole one
    where months.is_complete
    group by months.month_start

),

lagged as (

    select *, {{ integer_division('12 * median_cycle_days + 182.5', 365) }} as lag_months
    from cycles
    -- below the minimum of rule R11 the median is chance
    where won_count >= {{ minimum_won }}

),

final as (

    select
        lagged.month_start,
        cast(lagged.won_count as bigint) as won_count,
        lagged.median_cycle_days,
        lagged.lag_months,
        {{ add_months('lagged.month_start', '-lagged.lag_months') }} as spend_month
    from lagged
    inner join spending
        on {{ add_months('lagged.month_start', '-lagged.lag_months') }} >= spending.first_month

)

select * from final
