with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

leads as (

    select
        leads.*,
        context.as_of_date,
        context.time_zone,
        {{ business_date('leads.created_at', 'context.time_zone') }} as created_date,
        {{ business_date('leads.qualified_at', 'context.time_zone') }} as qualified_date,
        {{ business_date('leads.converted_at', 'context.time_zone') }} as converted_date,
        merges.surviving_lead_id,
        merges.customer_key,
        responses.first_response_at,
        {{ business_date('responses.first_response_at', 'context.time_zone') }} as first_response_date,
        starts.first_active_date,
        starts.is_proven_new,
        opportunities.outcome as opportunity_outcome,
        owners.owner_id as owner_id_of_then
    from {{ ref('stg_crm__leads') }} as leads
    cross join context
    inner join {{ ref('int_lead_merges') }} as merges
        on leads.source_system = merges.source_system and leads.lead_id = merges.lead_id
    left join {{ ref('int_lead_responses') }} as responses
        on leads.source_system = responses.source_system and leads.lead_id = responses.lead_id
    left join {{ ref('int_customer_starts') }} as starts on merges.customer_key = starts.customer_key
    left join {{ ref('stg_crm__opportunities') }} as opportunities
        on leads.source_system = opportunities.source_system
        and leads.converted_opportunity_id = opportunities.opportunity_id
    -- whoever takes over a leaver's leads has not won them: a month's leads are of who had them at its end
    {{ join_owner_of_then('owners', 'int_lead_owners', 'leads', 'lead_id',
        last_day(business_date('leads.created_at', 'context.time_zone'))) }}

),

judged as (

    select
        leads.*,
        case
            when leads.surviving_lead_id <> leads.lead_id then 'merged'
            -- who may have been a customer before the record began is no conversion
            when leads.first_active_date < leads.created_date or not leads.is_proven_new then 'existing'
            when {{ days_between('leads.created_date', 'leads.first_active_date') }} <= {{ lead_window_days() }} then 'converted'
            when leads.first_active_date is not null then 'converted_late'
            when leads.status in ('lost', 'disqualified') then 'lost'
            when leads.opportunity_outcome in ('lost', 'disqualified') then 'lost'
            else 'open'
        end as lead_outcome
    from leads

),

final as (

    select
        {{ source_key('judged.source_system', 'judged.lead_id') }} as lead_key,
        judged.source_system,
        judged.lead_id,
        judged.surviving_lead_id,
        judged.surviving_lead_id <> judged.lead_id as is_merged_duplicate,
        {{ channel_or_unknown('judged.channel') }} as channel,
        judged.campaign_id,
        coalesce(judged.owner_id_of_then, judged.owner_id, 'unassigned') as owner_id,
        judged.status,
        cast(judged.created_at as timestamp) as created_at,
        judged.created_date,
        cast(judged.first_contacted_at as timestamp) as first_contacted_at,
        judged.first_response_at,
        {{ calendar_hours_between('judged.created_at', 'judged.first_response_at') }} as first_response_hours,
        {{ business_hours_between('judged.created_at', 'created_day', 'judged.first_response_at', 'response_day', 'judged.time_zone') }}
            as first_response_business_hours,
        judged.qualified_date,
        judged.converted_date,
        judged.converted_opportunity_id,
        coalesce(judged.customer_key, 'unassigned') as customer_key,
        judged.lead_outcome = 'existing' as is_existing_customer,
        judged.first_active_date as became_customer_date,
        {{ days_between('judged.created_date', 'judged.first_active_date') }} as days_to_customer,
        judged.lead_outcome,
        {{ add_days('judged.created_date', lead_window_days()) }} >= judged.as_of_date as is_window_open,
        judged.is_stale
    from judged
    left join {{ ref('int_working_time') }} as created_day on judged.created_date = created_day.date_day
    left join {{ ref('int_working_time') }} as response_day on judged.first_response_date = response_day.date_day

)

select * from final
