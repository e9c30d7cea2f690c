{{ config(schema='marts') }}

-- several versions of one offer are one quote: the first one answers the request
with quotes as (

    select quotes.*
    from {{ ref('fct_quotes') }} as quotes
    cross join {{ ref('run_context') }} as context
    where quotes.is_first_version
        and coalesce(quotes.requested_date, quotes.sent_date) <= context.as_of_date

),

final as (

    select
        quotes.quote_key,
        quotes.requested_date,
        quotes.sent_date,
        {{ segment('quotes.owner_id') }} as owner,
        {{ segment('opportunities.channel') }} as channel,
        {{ segment('opportunities.product_line') }} as product_line,
        cast(quotes.response_business_hours as double) as response_hours,
        {{ as_flag('quotes.response_business_hours is not null') }} as is_answered,
        {{ as_flag('quotes.opportunity_id is not null and quotes.sent_date is not null') }} as is_quoted,
        {{ as_flag("opportunities.outcome = 'won' and quotes.sent_date is not null and opportunities.closed_date <= "
            ~ add_days('quotes.sent_date', quote_window_days())) }} as is_won
    from quotes
    left join {{ ref('fct_opportunities') }} as opportunities
        on quotes.source_system = opportunities.source_system
        and quotes.opportunity_id = opportunities.opportunity_id

)

select * from final
