{{ config(schema='marts') }}

with pipeline as (

    select
        pipeline.*,
        opportunities.source_system,
        opportunities.opportunity_id,
        opportunities.pipeline,
        opportunities.created_date
    from {{ ref('int_metric_pipeline') }} as pipeline
    -- the row of a day with nothing open has no opportunity, and weighs nothing
    left join {{ ref('fct_opportunities') }} as opportunities
        on pipeline.opportunity_key = opportunities.opportunity_key

),

contacts as (

    select
        pipeline.opportunity_key,
        pipeline.snapshot_date,
        max(activities.occurred_date) as last_activity_date
    from pipeline
    inner join {{ ref('fct_activities') }} as activities
        on pipeline.source_system = activities.source_system
        and pipeline.opportunity_id = activities.opportunity_id
        -- a machine's mail follows nothing up, and what is planned is no contact
        and activities.is_contact
        and activities.occurred_date <= pipeline.snapshot_date
    group by pipeline.opportunity_key, pipeline.snapshot_date

),

final as (

    select
        pipeline.opportunity_key,
        pipeline.snapshot_date,
        pipeline.channel,
        pipeline.owner,
        pipeline.team,
        pipeline.stage,
        pipeline.product_line,
        pipeline.region,
        pipeline.tier,
        pipeline.customer_type,
        case when pipeline.opportunity_key = 'none' then 0
            else {{ to_money('pipeline.amount * win_rates.win_rate') }} end as weighted_amount,
        case when win_rates.win_rate is null then pipeline.amount else 0 end as unweighted_amount,
        {{ as_flag(days_between('coalesce(contacts.last_activity_date, pipeline.created_date)', 'pipeline.snapshot_date')
            ~ ' > context.limit_days_without_follow_up') }} as is_stale
    from pipeline
    cross join {{ ref('run_context') }} as context
    left join contacts
        on pipeline.opportunity_key = contacts.opportunity_key
        and pipeline.snapshot_date = contacts.snapshot_date
    left join {{ ref('int_stage_positions') }} as stages
        on pipeline.source_system = stages.source_system
        and pipeline.pipeline = stages.pipeline
        and pipeline.stage = stages.stage
    -- a stage off the path weighs what the path's beginning does
    left join {{ ref('int_stage_win_rates') }} as win_rates
        on pipeline.source_system = win_rates.source_system
        and pipeline.pipeline = win_rates.pipeline
        and coalesce(stages.step, 1) = win_rates.step
        and {{ month_start('pipeline.snapshot_date') }} = win_rates.month_start

)

select * from final
