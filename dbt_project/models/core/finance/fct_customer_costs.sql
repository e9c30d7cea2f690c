with context as (
    select reporting_currency, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

costs as (
    select
        staged.*,
        coalesce(staged.cost_type, 'other') as kind_of_cost,
        coalesce(staged.currency, {{ ledger_currency_of('staged.source_system') }}) as document_currency,
        context.reporting_currency,
        {{ ledger_currency_of('staged.source_system') }} as ledger_currency
    from {{ ref('stg_erp__customer_costs') }} as staged
    cross join context
),

final as (
    select
        {{ source_key('costs.source_system', 'costs.cost_id') }} as cost_key,
        costs.source_system,
        costs.cost_id,
        {{ customer_key_of('erp_customers') }} as customer_key,
        costs.cost_date,
        costs.kind_of_cost as cost_type,
        case
            when costs.kind_of_cost in ('service', 'parts', 'travel') then 'service'
            when costs.kind_of_cost = 'marketing' then 'marketing'
            when costs.kind_of_cost = 'rebate' then 'rebate'
            else 'selling'
        end as cost_group,
        costs.document_currency as currency,
        cast(costs.amount as decimal(18, 4)) as document_amount,
        {{ converted('costs.amount', 'ledger_rate') }} as ledger_amount,
        {{ converted('costs.amount', 'reporting_rate') }} as amount,
        {{ is_rate_missing('costs.amount', 'ledger_rate') }}
            or {{ is_rate_missing('costs.amount', 'reporting_rate') }} as is_missing_rate,
        costs.is_stale
    from costs
    {{ customer_key_joins('costs', erp_customers='customer_code') }}
    {{ join_rates('ledger_rate', 'costs.document_currency', 'costs.ledger_currency', 'costs.cost_date') }}
    {{ join_rates('reporting_rate', 'costs.document_currency', 'costs.reporting_currency', 'costs.cost_date') }}
)

select * from final
