{{ config(schema='marts') }}

with leads as (

    select leads.*
    from {{ ref('fct_leads') }} as leads
    cross join {{ ref('run_context') }} as context
    where leads.created_date <= context.as_of_date and not leads.is_merged_duplicate

),

final as (

    select
        leads.lead_key,
        leads.created_date,
        {{ segment('leads.channel') }} as channel,
        {{ segment('leads.owner_id') }} as owner,
        -- somebody who was a customer already cannot become one
        {{ as_flag('not leads.is_existing_customer') }} as is_conversion_base,
        {{ as_flag("leads.lead_outcome = 'converted'") }} as is_converted,
        -- who waits still has no hours
        cast(leads.first_response_business_hours as double) as response_hours,
        cast(leads.first_response_hours as double) as calendar_response_hours,
        {{ as_flag('leads.first_response_business_hours is not null') }} as is_answered,
        case when leads.first_response_business_hours is null
            then cast({{ days_waited('leads.created_date') }} as double) end as waiting_days
    from leads
    cross join {{ ref('run_context') }} as context

)

select * from final
