-- What the ledger holds of service, selling and marketing beyond the costs that name their customer. What documents hold beyond
-- the ledger is a pool below zero.
select
    month_start,
    case line
        when 'service_unattributed' then 'service'
        when 'selling_unattributed' then 'selling'
        else 'marketing'
    end as pool,
    cast(sum(amount) as decimal(18, 2)) as pool_amount
from {{ ref('int_profit_entries') }}
where line in ('service_unattributed', 'selling_unattributed', 'marketing_unattributed')
group by month_start, line
having sum(amount) <> 0
