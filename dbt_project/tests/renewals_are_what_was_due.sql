-- Metric 42: renewed + lapsed + pending = due, and one contract renews others for no more than it is worth.
select contract_key as what, due_amount, renewed_amount + lapsed_amount + pending_amount as told_amount
from {{ ref('renewals') }}
where due_amount <> renewed_amount + lapsed_amount + pending_amount
union all
select renewals.renewed_by_contract_id, max(contracts.monthly_recurring_amount) * 12, sum(renewals.renewed_amount + renewals.upsell_amount)
from {{ ref('renewals') }} as renewals
inner join {{ ref('fct_contracts') }} as contracts
    on renewals.source_system = contracts.source_system and renewals.renewed_by_contract_id = contracts.contract_id
where renewals.outcome = 'renewed' and contracts.currency = (select reporting_currency from {{ ref('run_context') }})
group by renewals.source_system, renewals.renewed_by_contract_id
having sum(renewals.renewed_amount + renewals.upsell_amount) > max(contracts.monthly_recurring_amount) * 12 + 0.05
