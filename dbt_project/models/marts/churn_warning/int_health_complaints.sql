-- Complaints of the last 90 and 30 days. A company without a service desk, or with one that tells no kinds of tickets
-- apart, has no such measure, which is not the same as none.
with desk as (
    select min(created_date) as first_date
    from {{ ref('fct_tickets') }}
    having count(case when ticket_type <> 'other' then 1 end) > 0
),

complaints as (
    select customer_key, created_date from {{ ref('fct_tickets') }} where is_complaint and not is_merged
),

counted as (
    select
        snapshots.snapshot_date,
        complaints.customer_key,
        count(*) as complaints_90_days,
        sum(case when complaints.created_date > {{ add_days('snapshots.snapshot_date', -30) }} then 1 else 0 end)
            as complaints_30_days
    from {{ ref('int_health_snapshots') }} as snapshots
    inner join complaints
        on complaints.created_date <= snapshots.snapshot_date
        and complaints.created_date > {{ add_days('snapshots.snapshot_date', -90) }}
    group by snapshots.snapshot_date, complaints.customer_key
),

final as (
    select
        members.customer_key,
        members.snapshot_date,
        cast(coalesce(counted.complaints_90_days, 0) as double) as measure,
        cast(coalesce(counted.complaints_30_days, 0) as bigint) as complaints_30_days
    from {{ ref('int_health_customers') }} as members
    inner join desk on desk.first_date <= members.snapshot_date
    left join counted
        on counted.customer_key = members.customer_key and counted.snapshot_date = members.snapshot_date
)

select * from final
