with contacts as (

    select source_system, lead_id, first_contacted_at as contacted_at
    from {{ ref('stg_crm__leads') }}
    where first_contacted_at is not null
    union all
    select source_system, lead_id, occurred_at as contacted_at
    from {{ ref('stg_crm__activities') }}
    where lead_id is not null
        and coalesce(direction, 'outbound') = 'outbound'
        and coalesce(is_completed, true)
        and not coalesce(is_automated, false)

),

merges as (

    select source_system, lead_id, surviving_lead_id from {{ ref('int_lead_merges') }}

),

final as (

    -- who writes twice is answered by a contact on either lead; one before the lead existed, or only planned, answers nothing
    select
        leads.source_system,
        leads.lead_id,
        cast(min(contacts.contacted_at) as timestamp) as first_response_at
    from {{ ref('stg_crm__leads') }} as leads
    cross join {{ ref('run_context') }} as context
    inner join merges on leads.source_system = merges.source_system and leads.lead_id = merges.lead_id
    inner join merges as same_enquiry
        on merges.source_system = same_enquiry.source_system
        and merges.surviving_lead_id = same_enquiry.surviving_lead_id
    inner join contacts
        on same_enquiry.source_system = contacts.source_system
        and same_enquiry.lead_id = contacts.lead_id
    where contacts.contacted_at >= leads.created_at
        and {{ business_date('contacts.contacted_at', 'context.time_zone') }} <= context.as_of_date
    group by leads.source_system, leads.lead_id

)

select * from final
