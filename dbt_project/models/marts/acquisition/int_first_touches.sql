with starts as (

    select customer_key, first_active_date from {{ ref('int_customer_starts') }} where is_proven_new

),

ranked as (

    select
        starts.customer_key,
        starts.first_active_date,
        touches.touch_id,
        touches.channel,
        touches.campaign_id,
        touches.source_system,
        touches.touched_date,
        row_number() over (
            partition by starts.customer_key order by touches.touched_at asc nulls last, touches.touch_id asc nulls last
        ) as touch_rank
    from starts
    left join {{ ref('fct_touches') }} as touches
        on starts.customer_key = touches.customer_key
        and touches.touched_date <= starts.first_active_date

),

final as (

    select
        ranked.customer_key,
        ranked.first_active_date,
        -- what the CRM states for the account is no touch: it stands in the acquisition_channel of customers
        coalesce(ranked.channel, 'unknown') as channel,
        ranked.source_system,
        ranked.campaign_id,
        ranked.touched_date as first_touched_date,
        coalesce(states.owner_id, customers.owner_id, 'unassigned') as owner_id
    from ranked
    left join {{ ref('dim_customers') }} as customers on ranked.customer_key = customers.customer_key
    left join {{ ref('dim_customer_history') }} as states
        on ranked.customer_key = states.customer_key
        and states.valid_from <= ranked.first_active_date
        and coalesce(states.valid_to, {{ no_end() }}) > ranked.first_active_date
    where ranked.touch_rank = 1

)

select * from final
