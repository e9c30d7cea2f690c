{{ config(schema='marts') }}

-- several versions of one offer are one quote: whichever is sent first answers the request
with quotes as (

    select quotes.*
    from {{ ref('fct_quotes') }} as quotes
    cross join {{ ref('run_context') }} as context
    where quotes.is_first_version
        and coalesce(quotes.offer_requested_date, quotes.offer_sent_date) <= context.as_of_date

),

final as (

    select
        quotes.quote_key,
        quotes.offer_requested_date as requested_date,
        quotes.offer_sent_date as sent_date,
        {{ segment('quotes.owner_id') }} as owner,
        {{ team() }} as team,
        {{ customer_segments(['region']) }},
        {{ segment('opportunities.channel') }} as channel,
        {{ segment('opportunities.product_line') }} as product_line,
        cast(quotes.response_business_hours as double) as response_hours,
        {{ as_flag('quotes.offer_requested_date is not null') }} as is_request,
        {{ as_flag('quotes.response_business_hours is not null') }} as is_answered,
        {{ as_flag('quotes.is_request_estimated') }} as is_request_estimated,
        {{ as_flag('quotes.opportunity_id is not null and quotes.offer_sent_date is not null') }} as is_quoted,
        case
            when quotes.opportunity_id is null or quotes.offer_sent_date is null then 'not_quoted'
            when opportunities.outcome = 'won'
                and opportunities.closed_date <= {{ add_days('quotes.offer_sent_date', quote_window_days()) }} then 'won'
            when opportunities.outcome in ('lost', 'disqualified') then 'lost'
            -- won later than the window is not won within it
            else 'open'
        end as quote_outcome
    from quotes
    left join {{ ref('fct_opportunities') }} as opportunities
        on quotes.source_system = opportunities.source_system
        and quotes.opportunity_id = opportunities.opportunity_id
    {{ join_segments('quotes', 'coalesce(quotes.offer_requested_date, quotes.offer_sent_date)') }}
    {{ join_teams('quotes.owner_id', 'coalesce(quotes.offer_requested_date, quotes.offer_sent_date)') }}

)

select * from final
