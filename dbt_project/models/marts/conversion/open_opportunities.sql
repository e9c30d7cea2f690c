with context as (

    select * from {{ ref('run_context') }}

),

opportunities as (

    select * from {{ ref('fct_opportunities') }} where outcome = 'open'

),

-- what was done on the opportunity itself, or with the customer without naming an opportunity
activities as (

    select source_system, opportunity_id, customer_key, occurred_date
    from {{ ref('fct_activities') }}
    cross join context
    where is_completed and occurred_date <= context.as_of_date

),

last_named as (

    select source_system, opportunity_id, max(occurred_date) as occurred_date
    from activities
    where opportunity_id is not null
    group by source_system, opportunity_id

),

last_unnamed as (

    select customer_key, max(occurred_date) as occurred_date
    from activities
    where opportunity_id is null and customer_key <> 'unassigned'
    group by customer_key

),

stage_entries as (

    select source_system, opportunity_id, max(entered_date) as stage_since_date
    from {{ ref('fct_opportunity_stages') }}
    where is_dwell_censored
    group by source_system, opportunity_id

),

final as (

    select
        opportunities.opportunity_key,
        opportunities.source_system,
        opportunities.opportunity_id,
        opportunities.customer_key,
        opportunities.owner_id,
        opportunities.pipeline,
        opportunities.stage,
        opportunities.opportunity_type,
        opportunities.product_line,
        opportunities.channel,
        opportunities.created_date,
        stage_entries.stage_since_date,
        opportunities.expected_close_date,
        coalesce(opportunities.expected_close_date < context.as_of_date, false) as is_overdue,
        case when last_named.occurred_date >= opportunities.created_date or last_unnamed.occurred_date >= opportunities.created_date
            then greatest(
                coalesce(last_named.occurred_date, opportunities.created_date),
                coalesce(last_unnamed.occurred_date, opportunities.created_date)
            ) end as last_activity_date,
        {{ days_between('greatest(
            coalesce(last_named.occurred_date, opportunities.created_date),
            coalesce(last_unnamed.occurred_date, opportunities.created_date),
            opportunities.created_date
        )', 'context.as_of_date') }} as days_without_activity,
        opportunities.document_amount,
        opportunities.currency,
        opportunities.amount,
        opportunities.probability,
        {{ to_money('opportunities.amount * opportunities.probability') }} as weighted_amount
    from opportunities
    cross join context
    left join last_named
        on opportunities.source_system = last_named.source_system and opportunities.opportunity_id = last_named.opportunity_id
    left join last_unnamed on opportunities.customer_key = last_unnamed.customer_key
    left join stage_entries
        on opportunities.source_system = stage_entries.source_system and opportunities.opportunity_id = stage_entries.opportunity_id
    where opportunities.created_date <= context.as_of_date

),

judged as (

    select
        final.*,
        final.days_without_activity > context.limit_days_without_follow_up as is_follow_up_overdue
    from final
    cross join context

)

select * from judged
