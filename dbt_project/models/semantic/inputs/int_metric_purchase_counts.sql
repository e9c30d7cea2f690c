{{ config(schema='marts') }}

-- How often a customer had bought by the end of each month; orders of one day are one purchase (metric 40).
with segments as (

    select
        *,
        sum(order_days) over (
            partition by customer_key order by month_start rows between unbounded preceding and current row
        ) as purchase_days
    from {{ ref('customer_months') }}
    where customer_key <> 'unassigned'

),

final as (

    select
        segments.customer_key,
        segments.month_start,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        cast(segments.purchase_days as bigint) as purchase_days,
        {{ as_flag('segments.purchase_days = 1') }} as is_single_buyer
    from segments
    where segments.purchase_days > 0

)

select * from final
