with leads as (

    select * from {{ ref('fct_leads') }}

),

members as (

    select * from {{ ref('fct_campaign_members') }}

),

engagements as (

    select * from {{ ref('fct_engagements') }}

),

touches as (

    select
        source_system,
        'lead_created' as touch_type,
        lead_id as touch_source_key,
        customer_key,
        lead_id,
        channel,
        campaign_id,
        created_at as touched_at,
        created_date as touched_date
    from leads
    union all
    -- a member of the control group, or one who was never reached, was not touched
    select
        source_system,
        'campaign' as touch_type,
        member_id as touch_source_key,
        customer_key,
        lead_id,
        channel,
        campaign_id,
        touched_at,
        touched_date
    from members
    where touched_at is not null and arm = 'treated'
    union all
    select
        source_system,
        'engagement' as touch_type,
        engagement_id as touch_source_key,
        customer_key,
        lead_id,
        channel,
        campaign_id,
        occurred_at as touched_at,
        occurred_date as touched_date
    from engagements
    where is_touch

),

final as (

    select
        concat(touches.touch_type, '|', touches.source_system, '|', touches.touch_source_key) as touch_id,
        touches.source_system,
        touches.touch_type,
        touches.touch_source_key,
        touches.customer_key,
        touches.lead_id,
        touches.channel,
        touches.campaign_id,
        touches.touched_at,
        touches.touched_date
    from touches
    cross join {{ ref('run_context') }} as context
    where touches.touched_date <= context.as_of_date

)

select * from final
