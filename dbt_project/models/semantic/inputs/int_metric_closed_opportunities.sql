{{ config(schema='marts') }}

with opportunities as (

    select opportunities.*
    from {{ ref('fct_opportunities') }} as opportunities
    cross join {{ ref('run_context') }} as context
    where opportunities.outcome in ('won', 'lost') and opportunities.closed_date <= context.as_of_date

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
        {{ as_flag("opportunities.outcome = 'won'") }} as is_won,
        {{ as_flag("opportunities.outcome = 'lost'") }} as is_lost,
        case when opportunities.outcome = 'lost' then {{ segment('opportunities.loss_reason') }} end as loss_reason,
        case when opportunities.outcome = 'won' then opportunities.amount end as won_amount,
        opportunities.amount as decided_amount,
        cast(opportunities.cycle_days as double) as cycle_days,
        {{ as_flag('opportunities.cycle_days is not null') }} as has_cycle,
        {{ as_flag('opportunities.is_cycle_excluded') }} as is_cycle_excluded
    from opportunities
    {{ join_segments('opportunities', 'opportunities.closed_date') }}
    {{ join_teams('opportunities.closing_owner_id', 'opportunities.closed_date') }}

)

select * from final
