with context as (

    select as_of_date, time_zone, reporting_currency from {{ ref('run_context') }}

),

contracts as (

    select
        terms.*,
        amendments.amended_contract_id,
        -- what does not say so recurs as what it amends, or where it is priced by the month or the year
        coalesce(terms.is_recurring, amended.is_recurring, terms.amount_basis in ('per_month', 'per_year'), false) as recurs,
        {{ business_date('terms.signed_at', 'context.time_zone') }} as signed_date,
        context.reporting_currency,
        context.as_of_date
    from {{ ref('int_contract_terms') }} as terms
    left join {{ ref('int_contract_amendments') }} as amendments
        on terms.source_system = amendments.source_system
        and terms.contract_id = amendments.contract_id
    left join {{ ref('int_contract_terms') }} as amended
        on amendments.source_system = amended.source_system
        and amendments.amended_contract_id = amended.contract_id
    cross join context

),

final as (

    select
        {{ source_key('contracts.source_system', 'contracts.contract_id') }} as contract_key,
        contracts.source_system,
        contracts.contract_id,
        contracts.contract_number,
        {{ customer_key_of('crm_accounts', 'erp_customers') }} as customer_key,
        coalesce(contracts.owner_id, 'unassigned') as owner_id,
        contracts.opportunity_id,
        coalesce(contracts.contract_type, case when contracts.amends_contract_id is not null then 'amendment' else 'new' end) as contract_type,
        contracts.amended_contract_id as amends_contract_id,
        contracts.renewed_from_contract_id,
        contracts.product_line,
        coalesce(contracts.status, 'active') as status,
        contracts.status is not distinct from 'draft' as is_draft,
        contracts.recurs as is_recurring,
        contracts.signed_date,
        contracts.starts_on as starts_date,
        contracts.ends_on as ends_date,
        contracts.cancelled_date,
        contracts.replaced_from_date,
        contracts.in_force_until_date,
        contracts.term_months,
        contracts.amount_basis,
        cast(contracts.contract_amount as decimal(18, 4)) as document_amount,
        contracts.currency,
        cast(round(case when contracts.recurs then contracts.amount_per_month end, 4) as decimal(18, 4))
            as document_monthly_recurring_amount,
        {{ converted('cast(round(case when contracts.recurs then contracts.amount_per_month end, 4) as decimal(18, 4))', 'rates') }}
            as monthly_recurring_amount,
        {{ converted('contracts.contract_amount', 'rates') }} as amount,
        {{ is_rate_missing('contracts.contract_amount', 'rates') }} as is_missing_rate,
        contracts.is_stale
    from contracts
    {{ customer_key_joins('contracts', crm_accounts='account_id', erp_customers='customer_code') }}
    {{ join_rates('rates', 'contracts.currency', 'contracts.reporting_currency',
        'least(coalesce(contracts.signed_date, contracts.starts_on), contracts.as_of_date)') }}

)

select * from final
