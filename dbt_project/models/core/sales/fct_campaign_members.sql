with context as (

    select time_zone from {{ ref('run_context') }}

),

members as (

    select
        members.*,
        {{ business_date('members.assigned_at', 'context.time_zone') }} as assigned_date,
        {{ business_date('members.touched_at', 'context.time_zone') }} as touched_date,
        {{ business_date('members.responded_at', 'context.time_zone') }} as responded_date
    from {{ ref('stg_crm__campaign_members') }} as members
    cross join context

),

final as (

    select
        {{ source_key('members.source_system', 'members.member_id') }} as member_key,
        members.source_system,
        members.member_id,
        members.campaign_id,
        {{ channel_or_unknown('campaigns.channel') }} as channel,
        case when members.account_id is null and members.contact_id is null
            then coalesce(leads.customer_key, 'unassigned')
            else {{ customer_key_of('crm_accounts', 'crm_contacts') }} end as customer_key,
        members.lead_id,
        members.contact_id,
        members.account_id,
        coalesce(members.arm, 'treated') as arm,
        cast(members.assigned_at as timestamp) as assigned_at,
        members.assigned_date,
        cast(members.touched_at as timestamp) as touched_at,
        members.touched_date,
        cast(members.responded_at as timestamp) as responded_at,
        members.responded_date,
        members.is_stale
    from members
    {{ customer_key_joins('members', crm_accounts='account_id', crm_contacts='contact_id') }}
    left join {{ ref('int_lead_merges') }} as leads
        on members.source_system = leads.source_system and members.lead_id = leads.lead_id
    left join {{ ref('stg_crm__campaigns') }} as campaigns
        on members.source_system = campaigns.source_system and members.campaign_id = campaigns.campaign_id

)

select * from final
