{{ config(schema='marts') }}

-- Days from one day of purchase to the next; orders of one day are one purchase (metric 40).
with purchase_days as (

    select distinct customer_key, purchase_date
    from {{ ref('int_purchases') }}
    where customer_key <> 'unassigned'

),

followed as (

    select
        customer_key,
        purchase_date,
        lag(purchase_date) over (partition by customer_key order by purchase_date) as previous_date
    from purchase_days

),

final as (

    select
        followed.customer_key,
        followed.purchase_date,
        {{ days_between('followed.previous_date', 'followed.purchase_date') }} as interval_days,
        {{ customer_segments(['region', 'owner', 'tier', 'customer_type', 'channel']) }}
    from followed
    {{ join_segments('followed', 'followed.purchase_date') }}
    where followed.previous_date is not null

)

select * from final
