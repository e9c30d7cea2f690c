-- I6: opening + billed - receipts - credit notes - adjustments + currency = closing; a month opens as the one before closed;
-- closing and what is held back equal the control account.
with bridge as (
    select
        *,
        lag(closing_amount) over (order by month_start) as closing_before
    from {{ ref('receivables_bridge') }}
)

select month_start, opening_amount, closing_amount, closing_before, difference_ledger_amount
from bridge
where opening_amount + billed_amount - receipts_amount - credit_notes_amount - adjustments_amount + currency_amount <> closing_amount
    or opening_amount <> coalesce(closing_before, 0)
    or difference_ledger_amount <> 0
