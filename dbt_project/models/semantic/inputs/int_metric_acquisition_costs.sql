{{ config(schema='marts') }}

with parts as (

    select month_start, channel, spend_amount, 0 as new_customers
    from {{ ref('int_acquisition_spend') }}
    union all
    select {{ month_start('first_active_date') }}, channel, 0, count(*)
    from {{ ref('int_metric_new_customers') }}
    group by {{ month_start('first_active_date') }}, channel

),

final as (

    select
        month_start,
        channel,
        cast(sum(spend_amount) as decimal(18, 2)) as spend_amount,
        cast(sum(new_customers) as bigint) as new_customers
    from parts
    group by month_start, channel

)

select * from final
