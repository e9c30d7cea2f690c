-- Who is measured: the customers that are active on the day.
with final as (
    select
        snapshots.snapshot_date,
        snapshots.result_month,
        spells.customer_key,
        coalesce(attributes.customer_type, 'unassigned') as segment,
        customers.known_since_date
    from {{ ref('int_health_snapshots') }} as snapshots
    inner join {{ ref('int_activity_spells') }} as spells
        on snapshots.snapshot_date >= spells.active_from and snapshots.snapshot_date < spells.active_until
    inner join {{ ref('dim_customers') }} as customers on customers.customer_key = spells.customer_key
    {{ join_history('attributes', 'spells', 'snapshots.snapshot_date') }}
)

select * from final
