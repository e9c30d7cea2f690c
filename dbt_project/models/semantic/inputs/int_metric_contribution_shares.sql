{{ config(schema='marts') }}

-- Shares of all members of the company's contribution of twelve months; null where that is not positive, or where the cost of
-- goods stands at nobody: then he would be charged with all of it.
select
    customer_key,
    month_start,
    {{ segment('tier') }} as tier,
    {{ segment('region') }} as region,
    {{ segment('owner_id') }} as owner,
    {{ segment('customer_type') }} as customer_type,
    trailing_contribution_profit as contribution_profit,
    contribution_share
from {{ ref('customer_tiers') }}
union all
select
    'unassigned' as customer_key,
    totals.month_start,
    'unassigned' as tier,
    'unassigned' as region,
    'unassigned' as owner,
    'unassigned' as customer_type,
    totals.unassigned_contribution_profit as contribution_profit,
    case when totals.contribution_profit > 0 and bases.names_cogs
        then {{ safe_ratio('totals.unassigned_contribution_profit', 'totals.contribution_profit') }} end as contribution_share
from {{ ref('int_value_totals') }} as totals
cross join {{ ref('int_profit_bases') }} as bases
