{{ config(schema='marts') }}

with starts as (

    select starts.*
    from {{ ref('int_first_touches') }} as starts
    cross join {{ ref('run_context') }} as context
    where starts.first_active_date <= context.as_of_date

),

final as (

    select
        starts.customer_key,
        starts.first_active_date,
        {{ segment('starts.channel') }} as channel,
        {{ segment('starts.owner_id') }} as owner,
        {{ customer_segments(['region', 'customer_type']) }}
    from starts
    {{ join_segments('starts', 'starts.first_active_date') }}

)

select * from final
