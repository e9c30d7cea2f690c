-- Days since the last purchase of each customer on the day, and how many days of purchase he had had. Who has a contract and
-- is billed without orders is not late with any.
with context as (
    select profile from {{ ref('run_context') }}
),

purchase_days as (
    select distinct customer_key, purchase_date, purchase_type from {{ ref('int_purchases') }}
),

purchases as (
    select
        customer_key,
        purchase_date,
        purchase_type,
        row_number() over (partition by customer_key order by purchase_date) as order_days,
        coalesce(lead(purchase_date) over (partition by customer_key order by purchase_date), {{ no_end() }}) as next_date
    from purchase_days
),

final as (
    select
        purchases.customer_key,
        snapshots.snapshot_date,
        case when {{ is_order_of_customer('purchases') }}
            then {{ days_between('purchases.purchase_date', 'snapshots.snapshot_date') }} end as days_without_order,
        cast(purchases.order_days as bigint) as order_days
    from {{ ref('int_health_snapshots') }} as snapshots
    inner join purchases
        on purchases.purchase_date <= snapshots.snapshot_date and purchases.next_date > snapshots.snapshot_date
    cross join context
    where snapshots.is_warning_day
)

select * from final
