{{ config(schema='marts') }}

-- Shares of all members of the company's contribution of twelve months; null where that is not positive.
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
    month_start,
    'unassigned' as tier,
    'unassigned' as region,
    'unassigned' as owner,
    'unassigned' as customer_type,
    unassigned_contribution_profit as contribution_profit,
    case when contribution_profit > 0 then {{ safe_ratio('unassigned_contribution_profit', 'contribution_profit') }} end as contribution_share
from {{ ref('int_value_totals') }}
