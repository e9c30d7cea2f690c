with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

states as (

    select
        states.source_system,
        states.opportunity_id,
        states.pipeline,
        states.outcome,
        states.owner_id,
        states.currency,
        coalesce(states.document_amount, 0) as amount,
        {{ business_date('states.state_from', 'context.time_zone') }} as movement_date,
        lag(states.outcome) over life as old_outcome,
        lag(states.owner_id) over life as old_owner_id,
        lag(states.currency) over life as old_currency,
        lag(coalesce(states.document_amount, 0)) over life as old_amount
    from {{ ref('int_opportunity_states') }} as states
    cross join context
    window life as (partition by states.source_system, states.opportunity_id order by states.state_number)

),

known as (

    select states.*, states.currency is distinct from states.old_currency as has_new_currency
    from states
    cross join context
    where states.movement_date <= context.as_of_date

),

-- each change of an open opportunity is booked in this order: its amount, then its owner, then its closing
final as (

    select
        source_system, opportunity_id, movement_date, pipeline, owner_id, currency,
        case when old_outcome is null then 'created' else 'reopened' end as movement_type,
        1 as count_change,
        amount as amount_change
    from known
    where old_outcome is null or (old_outcome <> 'open' and outcome = 'open')
    union all
    select
        source_system, opportunity_id, movement_date, pipeline, old_owner_id as owner_id, old_currency as currency,
        'amount_change' as movement_type,
        case when has_new_currency then -1 else 0 end as count_change,
        -old_amount as amount_change
    from known
    where old_outcome = 'open' and (amount <> old_amount or has_new_currency)
    union all
    select
        source_system, opportunity_id, movement_date, pipeline, old_owner_id as owner_id, currency,
        'amount_change' as movement_type,
        case when has_new_currency then 1 else 0 end as count_change,
        amount as amount_change
    from known
    where old_outcome = 'open' and (amount <> old_amount or has_new_currency)
    union all
    select
        source_system, opportunity_id, movement_date, pipeline, old_owner_id as owner_id, currency,
        'transferred_out' as movement_type,
        -1 as count_change,
        -amount as amount_change
    from known
    where old_outcome = 'open' and owner_id <> old_owner_id
    union all
    select
        source_system, opportunity_id, movement_date, pipeline, owner_id, currency,
        'transferred_in' as movement_type,
        1 as count_change,
        amount as amount_change
    from known
    where old_outcome = 'open' and owner_id <> old_owner_id
    union all
    select
        source_system, opportunity_id, movement_date, pipeline, owner_id, currency,
        outcome as movement_type,
        -1 as count_change,
        -amount as amount_change
    from known
    where outcome <> 'open' and coalesce(old_outcome, 'open') = 'open'

)

select * from final
