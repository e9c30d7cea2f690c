with context as (

    select reporting_currency, ledger_currency from {{ ref('run_context') }}

),

costs as (

    select costs.*, context.reporting_currency
    from {{ ref('stg_crm__marketing_costs') }} as costs
    cross join context

),

final as (

    select
        {{ source_key('costs.source_system', 'costs.cost_id') }} as cost_key,
        costs.source_system,
        costs.cost_id,
        costs.campaign_id,
        {{ channel_or_unknown('costs.channel') }} as channel,
        costs.cost_date,
        cast(costs.amount as decimal(18, 4)) as document_amount,
        costs.currency,
        {{ converted('costs.amount', 'rates') }} as amount,
        {{ is_rate_missing('costs.amount', 'rates') }} as is_missing_rate,
        costs.is_stale
    from costs
    {{ join_rates('rates', 'costs.currency', 'costs.reporting_currency', 'costs.cost_date') }}

)

select * from final
