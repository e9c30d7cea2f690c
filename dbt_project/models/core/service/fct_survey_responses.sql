with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

responses as (

    select
        responses.*,
        {{ business_date('responses.sent_at', 'context.time_zone') }} as sent_date,
        {{ business_date('responses.responded_at', 'context.time_zone') }} as responded_date,
        -- a survey that brings no scale is on the usual one of its kind
        coalesce(responses.scale_min, case responses.survey_type when 'nps' then 0 else 1 end) as lowest,
        coalesce(responses.scale_max, case responses.survey_type when 'nps' then 10 when 'csat' then 5 else 7 end) as highest
    from {{ ref('stg_crm__survey_responses') }} as responses
    cross join context

),

scaled as (

    select
        *,
        case when highest > lowest and score between lowest and highest
            then cast(score - lowest as double) / cast(highest - lowest as double) end as share_of_scale
    from responses

),

final as (

    select
        {{ source_key('scaled.source_system', 'scaled.response_id') }} as response_key,
        scaled.source_system,
        scaled.response_id,
        scaled.survey_type,
        case when scaled.account_id is null and scaled.customer_code is null
                and scaled.contact_id is null and tickets.ticket_id is not null
            then tickets.customer_key
            else {{ customer_key_of('crm_accounts', 'erp_customers', 'crm_contacts') }} end as customer_key,
        scaled.ticket_id,
        coalesce(tickets.team, 'unassigned') as team,
        coalesce(tickets.channel, 'unknown') as channel,
        cast(scaled.sent_at as timestamp) as sent_at,
        scaled.sent_date,
        cast(scaled.responded_at as timestamp) as responded_at,
        scaled.responded_date,
        cast(scaled.score as decimal(18, 4)) as score,
        scaled.share_of_scale,
        case
            when scaled.share_of_scale is null then null
            when scaled.survey_type = 'nps' then case
                when round(scaled.share_of_scale * 10, 6) >= 9 then 'promoter'
                when round(scaled.share_of_scale * 10, 6) >= 7 then 'passive'
                else 'detractor' end
            when scaled.survey_type = 'csat' then case
                when round(1 + scaled.share_of_scale * 4, 6) >= 4 then 'satisfied' else 'not_satisfied' end
        end as answer_class,
        scaled.share_of_scale is not null and scaled.responded_at is not null as is_answered,
        scaled.is_stale
    from scaled
    {{ customer_key_joins('scaled', crm_accounts='account_id', erp_customers='customer_code', crm_contacts='contact_id') }}
    left join {{ ref('fct_tickets') }} as tickets
        on scaled.source_system = tickets.source_system and scaled.ticket_id = tickets.ticket_id

)

select * from final
