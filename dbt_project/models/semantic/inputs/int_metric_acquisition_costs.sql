{{ config(schema='marts') }}

with parts as (

    select month_start, channel, spend_amount, 0 as new_customers, null as lagged_spend_amount
    from {{ ref('int_acquisition_spend') }}
    union all
    select {{ month_start('first_active_date') }}, channel, 0, count(*), null
    from {{ ref('int_metric_new_customers') }}
    group by {{ month_start('first_active_date') }}, channel
    union all
    -- what the sales cycle of the month says was spent on its customers
    select lags.month_start, spend.channel, 0, 0, spend.spend_amount
    from {{ ref('int_acquisition_lags') }} as lags
    inner join {{ ref('int_acquisition_spend') }} as spend on spend.month_start = lags.spend_month

),

summed as (

    select
        month_start,
        channel,
        cast(sum(spend_amount) as decimal(18, 2)) as spend_amount,
        cast(sum(new_customers) as bigint) as new_customers,
        cast(sum(lagged_spend_amount) as decimal(18, 2)) as lagged_spend_amount
    from parts
    group by month_start, channel

),

final as (

    select
        summed.*,
        -- of months without a known cycle neither customers nor spend count
        case when lags.month_start is not null then summed.new_customers end as lagged_new_customers
    from summed
    left join {{ ref('int_acquisition_lags') }} as lags on lags.month_start = summed.month_start

)

select * from final
