-- I4: customer results and unassigned sum to the ledger, by month and account class; cash and receivables too. What is held
-- back is a line of its own and explains itself.
select month_start, account_class, ledger_amount, marts_amount, held_back_amount, difference_amount
from {{ ref('int_ledger_tie') }}
where difference_amount <> 0
