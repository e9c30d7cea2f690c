with context as (
    select as_of_date, reporting_currency from {{ ref('run_context') }}
),

campaigns as (
    select
        staged.*,
        coalesce(staged.currency, context.reporting_currency) as document_currency,
        context.reporting_currency,
        least(coalesce(staged.starts_on, context.as_of_date), context.as_of_date) as rate_date
    from {{ ref('stg_crm__campaigns') }} as staged
    cross join context
),

final as (
    select
        {{ source_key('campaigns.source_system', 'campaigns.campaign_id') }} as campaign_key,
        campaigns.source_system,
        campaigns.campaign_id,
        coalesce(campaigns.campaign_name, campaigns.campaign_id) as campaign_name,
        {{ channel_or_unknown('campaigns.channel') }} as channel,
        campaigns.theme,
        campaigns.starts_on as starts_date,
        campaigns.ends_on as ends_date,
        campaigns.document_currency as currency,
        cast(campaigns.budget_amount as decimal(18, 4)) as document_budget_amount,
        {{ converted('campaigns.budget_amount', 'rates') }} as budget_amount,
        {{ is_rate_missing('campaigns.budget_amount', 'rates') }} as is_missing_rate,
        campaigns.is_stale
    from campaigns
    {{ join_rates('rates', 'campaigns.document_currency', 'campaigns.reporting_currency', 'campaigns.rate_date') }}
)

select * from final
