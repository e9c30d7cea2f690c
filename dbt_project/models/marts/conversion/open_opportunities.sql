with context as (

    select * from {{ ref('run_context') }}

),

opportunities as (

    select * from {{ ref('fct_opportunities') }} where outcome = 'open'

),

activities as (

    select activities.source_system, activities.opportunity_id, max(activities.occurred_date) as last_activity_date
    from {{ ref('fct_activities') }} as activities
    where activities.opportunity_id is not null
        and activities.is_contact
    group by activities.source_system, activities.opportunity_id

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
        activities.last_activity_date,
        {{ days_between('coalesce(activities.last_activity_date, opportunities.created_date)', 'context.as_of_date') }}
            as days_without_activity,
        opportunities.document_amount,
        opportunities.currency,
        opportunities.amount,
        opportunities.probability,
        cast(win_rates.win_rate as double) as stage_win_rate,
        {{ to_money('opportunities.amount * win_rates.win_rate') }} as weighted_amount
    from opportunities
    cross join context
    left join activities
        on opportunities.source_system = activities.source_system and opportunities.opportunity_id = activities.opportunity_id
    left join stage_entries
        on opportunities.source_system = stage_entries.source_system and opportunities.opportunity_id = stage_entries.opportunity_id
    left join {{ ref('int_stage_win_rates') }} as win_rates
        on opportunities.source_system = win_rates.source_system and opportunities.pipeline = win_rates.pipeline
        and coalesce(opportunities.step, 1) = win_rates.step and {{ month_start('context.as_of_date') }} = win_rates.month_start
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
