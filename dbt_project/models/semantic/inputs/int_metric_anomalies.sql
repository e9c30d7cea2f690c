{{ config(schema='marts') }}
{%- set k = 3 %}
{%- set least_share = 0.05 %}

-- What a month would have brought if it had grown over its own month of last year as the twelve months before it did,
-- working day by working day: the season is in last year's month, a holiday that moves into another month is in the
-- working days, and the tested month is not in its own training.
with working_days as (

    select month_start, count(*) as day_count
    from {{ ref('dim_dates') }}
    where is_working_day
    group by month_start

),

months as (

    select {{ segment('segments.region') }} as region, segments.month_start, sum(segments.net_revenue) as net_revenue
    from {{ ref('customer_months') }} as segments
    cross join {{ ref('run_context') }} as context
    -- a month that still runs is not judged
    where {{ last_day('segments.month_start') }} <= context.as_of_date
    group by 1, 2
    union all
    select 'total', segments.month_start, sum(segments.net_revenue)
    from {{ ref('customer_months') }} as segments
    cross join {{ ref('run_context') }} as context
    where {{ last_day('segments.month_start') }} <= context.as_of_date
    group by 2

),

growth as (

    select
        months.region,
        months.month_start,
        months.net_revenue,
        cast(earlier.net_revenue as double) * days.day_count / earlier_days.day_count as earlier_revenue,
        case when earlier.net_revenue > 0 then cast(months.net_revenue as double) / days.day_count
            / (cast(earlier.net_revenue as double) / earlier_days.day_count) end as ratio
    from months
    inner join months as earlier
        on months.region = earlier.region
        and earlier.month_start = {{ add_months('months.month_start', -12) }}
    inner join working_days as days on days.month_start = months.month_start
    inner join working_days as earlier_days on earlier_days.month_start = earlier.month_start

),

trained as (

    select growth.region, growth.month_start, {{ median_of('past.ratio') }} as usual_ratio, count(past.ratio) as past_count
    from growth
    inner join growth as past
        on growth.region = past.region
        and past.month_start < growth.month_start
        and past.month_start >= {{ add_months('growth.month_start', -12) }}
    group by growth.region, growth.month_start

),

spread as (

    select trained.region, trained.month_start, {{ median_of('abs(past.ratio - trained.usual_ratio)') }} as deviation
    from trained
    inner join growth as past
        on trained.region = past.region
        and past.month_start < trained.month_start
        and past.month_start >= {{ add_months('trained.month_start', -12) }}
    group by trained.region, trained.month_start

),

final as (

    select
        growth.region,
        growth.month_start,
        growth.net_revenue,
        {{ to_money('growth.earlier_revenue * trained.usual_ratio') }} as expected_revenue,
        {{ to_money(k ~ ' * 1.4826 * spread.deviation * growth.earlier_revenue') }} as band_amount
    from growth
    inner join trained on growth.region = trained.region and growth.month_start = trained.month_start
    inner join spread on growth.region = spread.region and growth.month_start = spread.month_start
    where trained.past_count = 12 and growth.earlier_revenue > 0

)

select
    final.*,
    final.net_revenue - final.expected_revenue as deviation_amount,
    -- 0 inside the band, or where it is too little to look at
    case when abs(net_revenue - expected_revenue) > greatest(band_amount, {{ least_share }} * expected_revenue)
        then net_revenue - expected_revenue else 0 end as anomaly_amount
from final
