-- What the hard rules of metric 55 look at, for each customer that is active today.
with context as (
    select * from {{ ref('run_context') }}
),

health as (
    select * from {{ ref('customer_health') }} where is_current
),

follow_ups as (
    select source_system, opportunity_id, max(occurred_date) as last_follow_up_date
    from {{ ref('fct_activities') }}
    cross join context
    where opportunity_id is not null and is_completed and occurred_date <= context.as_of_date
    group by source_system, opportunity_id
),

opportunities as (
    select
        opportunities.customer_key,
        max({{ days_between(
            'coalesce(follow_ups.last_follow_up_date, opportunities.created_date)', 'context.as_of_date'
        ) }}) as days_without_follow_up
    from {{ ref('fct_opportunities') }} as opportunities
    cross join context
    left join follow_ups
        on follow_ups.source_system = opportunities.source_system
        and follow_ups.opportunity_id = opportunities.opportunity_id
    where opportunities.outcome = 'open' and opportunities.created_date <= context.as_of_date
    group by opportunities.customer_key
),

final as (
    select
        health.customer_key,
        health.snapshot_date as as_of_date,
        health.tier,
        health.health_score,
        health.score_change,
        interaction.last_contact_date,
        cast(interaction.measure as bigint) as days_without_contact,
        opportunities.days_without_follow_up,
        {{ days_between('customers.last_order_date', 'health.snapshot_date') }} as days_without_order,
        coalesce(complaints.complaints_30_days, 0) as complaints_30_days,
        coalesce(complaints.complaints_30_days >= context.limit_complaints_in_30_days, false) as is_complaints,
        health.is_drop as is_health_drop,
        health.is_below_limit as is_health_below_limit,
        health.tier = 'A' and coalesce(
            {{ days_between('customers.last_order_date', 'health.snapshot_date') }}
                >= context.limit_days_without_order_key_account,
            false
        ) as is_no_order_key_account,
        coalesce(opportunities.days_without_follow_up > context.limit_days_without_follow_up, false) as is_stale_opportunity,
        -- nobody calls on the customers of a shop
        context.profile <> 'b2c'
            and coalesce(interaction.measure >= context.limit_days_without_contact, false) as is_no_contact
    from health
    cross join context
    inner join {{ ref('dim_customers') }} as customers on customers.customer_key = health.customer_key
    left join opportunities on opportunities.customer_key = health.customer_key
    left join {{ ref('int_health_interaction') }} as interaction
        on interaction.customer_key = health.customer_key and interaction.snapshot_date = health.snapshot_date
    left join {{ ref('int_health_complaints') }} as complaints
        on complaints.customer_key = health.customer_key and complaints.snapshot_date = health.snapshot_date
)

select * from final
