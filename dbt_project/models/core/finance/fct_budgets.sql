with context as (
    select reporting_currency, as_of_date from {{ ref('run_context') }}
),

budgets as (
    select
        staged.*,
        -- a count needs no currency, and money of the future is seen at today's rate
        coalesce(staged.currency, context.reporting_currency) as document_currency,
        least(staged.period_start, context.as_of_date) as rate_date,
        context.reporting_currency
    from {{ ref('stg_erp__budgets') }} as staged
    cross join context
),

final as (
    select
        {{ source_key('budgets.source_system', 'budgets.budget_id') }} as budget_key,
        budgets.source_system,
        budgets.budget_id,
        budgets.metric,
        budgets.period_start,
        budgets.period_grain,
        coalesce(budgets.dimension_name, 'total') as dimension_name,
        coalesce(budgets.dimension_value, 'total') as dimension_value,
        coalesce(budgets.version, 'default') as version,
        cast(budgets.quantity as decimal(18, 4)) as quantity,
        budgets.document_currency as currency,
        cast(budgets.amount as decimal(18, 4)) as document_amount,
        {{ converted('budgets.amount', 'reporting_rate') }} as amount,
        {{ is_rate_missing('budgets.amount', 'reporting_rate') }} as is_missing_rate,
        budgets.is_stale
    from budgets
    {{ join_rates('reporting_rate', 'budgets.document_currency', 'budgets.reporting_currency', 'budgets.rate_date') }}
)

select * from final
