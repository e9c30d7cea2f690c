-- The longest time that one of a customer's open opportunities has gone without a follow-up on the day. Where no activities are
-- brought nobody knows, and none is neglected for it.
with follow_ups as (
    select
        source_system,
        opportunity_id,
        occurred_date,
        coalesce(
            lead(occurred_date) over (partition by source_system, opportunity_id order by occurred_date), {{ no_end() }}
        ) as next_date
    from (
        select distinct source_system, opportunity_id, occurred_date
        from {{ ref('fct_activities') }}
        where opportunity_id is not null and is_contact
    ) as days
),

final as (
    select
        opportunities.customer_key,
        snapshots.snapshot_date,
        max({{ days_between('coalesce(follow_ups.occurred_date, opportunities.created_date)', 'snapshots.snapshot_date') }})
            as days_without_follow_up
    from {{ ref('int_health_snapshots') }} as snapshots
    inner join {{ ref('fct_opportunities') }} as opportunities
        on opportunities.created_date <= snapshots.snapshot_date
        and (opportunities.closed_date is null or opportunities.closed_date > snapshots.snapshot_date)
        and (opportunities.outcome = 'open' or opportunities.closed_date is not null)
    inner join {{ ref('int_brought') }} as brought on brought.has_activities
    left join follow_ups
        on follow_ups.source_system = opportunities.source_system
        and follow_ups.opportunity_id = opportunities.opportunity_id
        and follow_ups.occurred_date <= snapshots.snapshot_date
        and follow_ups.next_date > snapshots.snapshot_date
    where snapshots.is_warning_day
    group by opportunities.customer_key, snapshots.snapshot_date
)

select * from final
