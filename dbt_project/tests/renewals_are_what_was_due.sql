-- Metric 42: renewed + lapsed + pending = due, and contracts renew others for no more than they are worth: one several, or
-- several one.
with told as (
    select
        source_system,
        renewed_by_contract_id,
        min(contract_id) as contract_id,
        sum(renewed_amount + upsell_amount) as told_amount
    from {{ ref('renewals') }}
    where outcome = 'renewed'
    group by source_system, renewed_by_contract_id
)

select contract_key as what, due_amount, renewed_amount + lapsed_amount + pending_amount as told_amount
from {{ ref('renewals') }}
where due_amount <> renewed_amount + lapsed_amount + pending_amount
union all
select told.renewed_by_contract_id, sum(contracts.monthly_recurring_amount) * 12, max(told.told_amount)
from told
inner join {{ ref('int_renewal_successors') }} as successors
    on told.source_system = successors.source_system and told.contract_id = successors.contract_id
inner join {{ ref('fct_contracts') }} as contracts
    on successors.source_system = contracts.source_system and successors.successor_id = contracts.contract_id
cross join {{ ref('run_context') }} as context
group by told.source_system, told.renewed_by_contract_id
having max(told.told_amount) > sum(contracts.monthly_recurring_amount) * 12 + 0.05
    and min(contracts.currency) = max(context.reporting_currency) and max(contracts.currency) = max(context.reporting_currency)
