with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

activities as (

    select
        activities.*,
        coalesce(activities.account_id, opportunities.account_id) as known_account_id,
        opportunities.opportunity_type,
        coalesce(activities.is_completed, true) as completed,
        coalesce(activities.is_automated, false) as automated,
        coalesce(activities.direction, 'outbound') as way,
        {{ business_date('activities.occurred_at', 'context.time_zone') }} as occurred_date,
        context.as_of_date
    from {{ ref('stg_crm__activities') }} as activities
    cross join context
    left join {{ ref('stg_crm__opportunities') }} as opportunities
        on activities.source_system = opportunities.source_system
        and activities.opportunity_id = opportunities.opportunity_id

),

keyed as (

    select
        activities.*,
        case when activities.known_account_id is null and activities.contact_id is null
            then coalesce(leads.customer_key, 'unassigned')
            else {{ customer_key_of('crm_accounts', 'crm_contacts') }} end as customer_key,
        -- a planned or future activity is no contact yet
        activities.completed and activities.occurred_date <= activities.as_of_date as has_happened
    from activities
    {{ customer_key_joins('activities', crm_accounts='known_account_id', crm_contacts='contact_id') }}
    left join {{ ref('int_lead_merges') }} as leads
        on activities.source_system = leads.source_system and activities.lead_id = leads.lead_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by
                source_system, customer_key, owner_id, activity_type, way, lead_id, opportunity_id,
                date_trunc('minute', occurred_at)
            order by case when has_happened then 0 else 1 end, activity_id
        ) as rank_in_minute
    from keyed

),

final as (

    select
        {{ source_key('source_system', 'activity_id') }} as activity_key,
        source_system,
        activity_id,
        customer_key,
        contact_id,
        lead_id,
        opportunity_id,
        coalesce(owner_id, 'unassigned') as owner_id,
        coalesce(activity_type, 'other') as activity_type,
        way as direction,
        outcome,
        completed as is_completed,
        automated as is_automated,
        cast(occurred_at as timestamp) as occurred_at,
        occurred_date,
        cast(duration_minutes as bigint) as duration_minutes,
        rank_in_minute > 1 as is_duplicate,
        -- the one definition of a contact: it took place, and no machine did it
        has_happened and not automated as is_contact,
        has_happened and way = 'outbound' and not automated and rank_in_minute = 1 as is_follow_up,
        -- a call or visit that took place, or a message that was answered (or came from the customer)
        has_happened and not automated and coalesce(outcome, 'connected') <> 'no_answer' and coalesce(
            activity_type in ('call', 'meeting', 'visit', 'demo') or outcome = 'replied' or way = 'inbound', false
        ) as is_two_way_contact,
        lead_id is not null or coalesce(opportunity_type = 'new', false) as is_acquisition,
        is_stale
    from ranked

)

select * from final
