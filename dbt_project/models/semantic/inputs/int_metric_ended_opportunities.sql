{{ config(schema='marts') }}

-- Whatever was closed, disqualified ones among them: the whole that won and lost are parts of (metric 14).
with opportunities as (

    select opportunities.*
    from {{ ref('fct_opportunities') }} as opportunities
    cross join {{ ref('run_context') }} as context
    where opportunities.closed_date <= context.as_of_date

),

final as (

    select
        opportunities.opportunity_key,
        opportunities.closed_date,
        {{ segment('opportunities.channel') }} as channel,
        {{ segment('opportunities.closing_owner_id') }} as owner,
        {{ team() }} as team,
        {{ segment('opportunities.product_line') }} as product_line,
        {{ customer_segments() }},
        {{ as_flag("opportunities.outcome = 'disqualified'") }} as is_disqualified
    from opportunities
    {{ join_segments('opportunities', 'opportunities.closed_date') }}
    {{ join_teams('opportunities.closing_owner_id', 'opportunities.closed_date') }}

)

select * from final
