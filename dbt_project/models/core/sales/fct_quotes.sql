with context as (

    select as_of_date, time_zone, reporting_currency from {{ ref('run_context') }}

),

quotes as (

    select
        quotes.*,
        coalesce(quotes.account_id, opportunities.account_id) as known_account_id,
        opportunities.owner_id as owner_id_today,
        coalesce(quotes.requested_at, quotes.sent_at, requests.requested_at) as asked_at,
        {{ business_date('quotes.requested_at', 'context.time_zone') }} as requested_date,
        {{ business_date('quotes.sent_at', 'context.time_zone') }} as sent_date,
        requests.requested_at as offer_requested_at,
        {{ business_date('requests.requested_at', 'context.time_zone') }} as offer_requested_date,
        requests.is_request_estimated,
        requests.sent_at as offer_sent_at,
        {{ business_date('requests.sent_at', 'context.time_zone') }} as offer_sent_date,
        row_number() over (
            partition by quotes.source_system, {{ offer_of('quotes') }}
            order by quotes.version asc nulls first, quotes.requested_at asc nulls last, quotes.quote_id
        ) as version_rank,
        context.as_of_date,
        context.time_zone,
        context.reporting_currency
    from {{ ref('stg_crm__quotes') }} as quotes
    cross join context
    inner join {{ ref('int_quote_requests') }} as requests
        on quotes.source_system = requests.source_system
        and {{ offer_of('quotes') }} = requests.offer_id
    left join {{ ref('stg_crm__opportunities') }} as opportunities
        on quotes.source_system = opportunities.source_system
        and quotes.opportunity_id = opportunities.opportunity_id

),

final as (

    select
        {{ source_key('quotes.source_system', 'quotes.quote_id') }} as quote_key,
        quotes.source_system,
        quotes.quote_id,
        quotes.opportunity_id,
        {{ customer_key_of('crm_accounts', 'erp_customers') }} as customer_key,
        -- whoever takes over a deal has not answered for its quotes
        coalesce(states.owner_id, quotes.owner_id_today, 'unassigned') as owner_id,
        cast(quotes.version as bigint) as version,
        quotes.version_rank = 1 as is_first_version,
        quotes.status,
        cast(quotes.requested_at as timestamp) as requested_at,
        quotes.requested_date,
        cast(quotes.sent_at as timestamp) as sent_at,
        quotes.sent_date,
        -- the offer as a whole, told by its first version only
        {%- for column in ['offer_requested_at', 'offer_requested_date', 'offer_sent_at', 'offer_sent_date'] %}
        case when quotes.version_rank = 1 then quotes.{{ column }} end as {{ column }},
        {%- endfor %}
        quotes.version_rank = 1 and quotes.is_request_estimated as is_request_estimated,
        case when quotes.version_rank = 1 then {{ calendar_hours_between('quotes.offer_requested_at', 'quotes.offer_sent_at') }} end
            as response_hours,
        case when quotes.version_rank = 1 then {{ business_hours_between(
            'quotes.offer_requested_at', 'requested_day', 'quotes.offer_sent_at', 'sent_day', 'quotes.time_zone'
        ) }} end as response_business_hours,
        quotes.version_rank = 1 and quotes.offer_requested_at is not null and quotes.offer_sent_at is null as is_waiting,
        cast(quotes.amount as decimal(18, 4)) as document_amount,
        quotes.currency,
        {{ converted('quotes.amount', 'rates') }} as amount,
        {{ is_rate_missing('quotes.amount', 'rates') }} as is_missing_rate,
        quotes.is_stale
    from quotes
    {{ customer_key_joins('quotes', crm_accounts='known_account_id', erp_customers='customer_code') }}
    left join {{ ref('int_opportunity_states') }} as states
        on quotes.source_system = states.source_system
        and quotes.opportunity_id = states.opportunity_id
        and quotes.asked_at >= states.state_from
        and quotes.asked_at < coalesce(states.state_until, cast({{ no_end() }} as timestamp))
    left join {{ ref('int_working_time') }} as requested_day on quotes.offer_requested_date = requested_day.date_day
    left join {{ ref('int_working_time') }} as sent_day on quotes.offer_sent_date = sent_day.date_day
    {{ join_rates('rates', 'quotes.currency', 'quotes.reporting_currency',
        'coalesce(quotes.sent_date, quotes.requested_date, quotes.as_of_date)') }}

)

select * from final
