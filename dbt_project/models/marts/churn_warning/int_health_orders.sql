-- Days since the last order, in the customer's own usual interval; with fewer than three order days in that of his segment.
-- Who has a contract and is billed without orders has no such measure.
with order_days as (
    select distinct purchases.customer_key, purchases.purchase_date
    from {{ ref('int_purchases') }} as purchases
    cross join {{ ref('run_context') }} as context
    where purchases.customer_key <> 'unassigned' and {{ is_order_of_customer('purchases') }}
),

numbered as (
    select
        customer_key,
        purchase_date,
        row_number() over (partition by customer_key order by purchase_date) as order_number,
        min(purchase_date) over (partition by customer_key) as first_date,
        coalesce(lead(purchase_date) over (partition by customer_key order by purchase_date), {{ no_end() }}) as next_date
    from order_days
),

placed as (
    select
        members.snapshot_date,
        members.customer_key,
        members.segment,
        {{ days_between('numbered.purchase_date', 'members.snapshot_date') }} as days_since_order,
        case when numbered.order_number >= 3 then {{ safe_ratio(
            days_between('numbered.first_date', 'numbered.purchase_date'), 'numbered.order_number - 1'
        ) }} end as own_interval
    from {{ ref('int_health_customers') }} as members
    inner join numbered
        on numbered.customer_key = members.customer_key
        and members.snapshot_date >= numbered.purchase_date
        and members.snapshot_date < numbered.next_date
),

segments as (
    select snapshot_date, segment, {{ median_of('own_interval') }} as segment_interval
    from placed
    group by snapshot_date, segment
),

final as (
    select
        placed.customer_key,
        placed.snapshot_date,
        -- who orders every few days is not late after a week
        placed.days_since_order / greatest(coalesce(placed.own_interval, segments.segment_interval), 7) as measure
    from placed
    inner join segments on segments.snapshot_date = placed.snapshot_date and segments.segment = placed.segment
    where coalesce(placed.own_interval, segments.segment_interval) is not null
)

select * from final
