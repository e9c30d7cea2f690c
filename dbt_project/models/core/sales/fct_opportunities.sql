with context as (

    select as_of_date, time_zone, reporting_currency from {{ ref('run_context') }}

),

opportunities as (

    select * from {{ ref('int_opportunities') }}

),

dated as (

    select
        opportunities.*,
        {{ business_date('opportunities.created_at', 'context.time_zone') }} as created_date,
        {{ business_date('opportunities.closed_at', 'context.time_zone') }} as closed_date,
        context.reporting_currency,
        context.as_of_date
    from opportunities
    cross join context

),

final as (

    select
        {{ source_key('dated.source_system', 'dated.opportunity_id') }} as opportunity_key,
        dated.source_system,
        dated.opportunity_id,
        {{ customer_key_of('crm_accounts') }} as customer_key,
        dated.account_id,
        coalesce(dated.owner_id, 'unassigned') as owner_id,
        case when dated.outcome <> 'open' then coalesce(closings.owner_id, 'unassigned') end as closing_owner_id,
        dated.opportunity_type,
        dated.pipeline,
        dated.product_line,
        {{ channel_or_unknown('dated.channel') }} as channel,
        dated.campaign_id,
        dated.stage,
        positions.step,
        dated.outcome,
        dated.probability,
        cast(dated.created_at as timestamp) as created_at,
        dated.created_date,
        dated.expected_close_date,
        cast(dated.closed_at as timestamp) as closed_at,
        dated.closed_date,
        case when dated.outcome = 'lost' then coalesce(nullif(trim(dated.loss_reason), ''), 'unknown') end as loss_reason,
        -- a creation time after the closing is an import's, and says nothing about the cycle
        case when dated.outcome = 'won' and dated.closed_at > dated.created_at
            then {{ days_between('dated.created_date', 'dated.closed_date') }} end as cycle_days,
        coalesce(dated.outcome = 'won' and dated.closed_at <= dated.created_at, false) as is_cycle_excluded,
        cast(dated.amount as decimal(18, 4)) as document_amount,
        dated.currency,
        {{ converted('dated.amount', 'rates') }} as amount,
        {{ is_rate_missing('dated.amount', 'rates') }} as is_missing_rate,
        dated.is_stale
    from dated
    {{ customer_key_joins('dated', crm_accounts='account_id') }}
    left join {{ ref('int_opportunity_closings') }} as closings
        on dated.source_system = closings.source_system and dated.opportunity_id = closings.opportunity_id
    left join {{ ref('int_stage_positions') }} as positions
        on dated.source_system = positions.source_system
        and dated.pipeline = positions.pipeline
        and dated.stage = positions.stage
    -- a closed deal is a flow of its closing day, an open one a balance of today
    {{ join_rates('rates', 'dated.currency', 'dated.reporting_currency', "coalesce(dated.closed_date, dated.as_of_date)") }}

)

select * from final
