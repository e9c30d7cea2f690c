with context as (

    select time_zone from {{ ref('run_context') }}

),

engagements as (

    select
        engagements.*,
        {{ business_date('engagements.occurred_at', 'context.time_zone') }} as occurred_date
    from {{ ref('stg_crm__engagements') }} as engagements
    cross join context

),

final as (

    select
        {{ source_key('engagements.source_system', 'engagements.engagement_id') }} as engagement_key,
        engagements.source_system,
        engagements.engagement_id,
        case when engagements.account_id is null and engagements.contact_id is null
            then coalesce(leads.customer_key, 'unassigned')
            else {{ customer_key_of('crm_accounts', 'crm_contacts') }} end as customer_key,
        engagements.lead_id,
        engagements.contact_id,
        engagements.account_id,
        engagements.campaign_id,
        coalesce(engagements.event_type, 'other') as event_type,
        {{ channel_or_unknown('coalesce(engagements.channel, campaigns.channel)') }} as channel,
        cast(engagements.occurred_at as timestamp) as occurred_at,
        engagements.occurred_date,
        -- what a customer does in the shop or portal for himself is no marketing touch
        (engagements.campaign_id is not null or engagements.channel is not null)
            and coalesce(engagements.event_type, 'other') not in ('login', 'order', 'cart') as is_touch,
        engagements.is_stale
    from engagements
    {{ customer_key_joins('engagements', crm_accounts='account_id', crm_contacts='contact_id') }}
    left join {{ ref('int_lead_merges') }} as leads
        on engagements.source_system = leads.source_system and engagements.lead_id = leads.lead_id
    left join {{ ref('stg_crm__campaigns') }} as campaigns
        on engagements.source_system = campaigns.source_system and engagements.campaign_id = campaigns.campaign_id

)

select * from final
