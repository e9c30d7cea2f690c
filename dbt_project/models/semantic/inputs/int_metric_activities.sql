{{ config(schema='marts') }}

with activities as (

    select activities.*
    from {{ ref('fct_activities') }} as activities
    cross join {{ ref('run_context') }} as context
    where activities.is_follow_up and activities.occurred_date <= context.as_of_date

),

final as (

    select
        activities.activity_key,
        activities.occurred_date,
        activities.activity_type,
        {{ segment('activities.owner_id') }} as owner,
        {{ customer_segments(['region', 'tier', 'customer_type']) }}
    from activities
    {{ join_segments('activities', 'activities.occurred_date') }}

)

select * from final
