-- I6: buckets sum to open items; less what is unapplied they are the receivable; the months' sums are the bridge's closing.
with ageing as (
    select
        month_start,
        sum(not_due_amount + days_1_30_amount + days_31_60_amount + days_61_90_amount + days_over_90_amount) as bucket_amount,
        sum(open_items_amount) as open_items_amount,
        sum(unapplied_receipts_amount + unapplied_credits_amount) as unapplied_amount,
        sum(accounts_receivable) as accounts_receivable,
        sum(gross_open_amount + negative_open_amount) as positive_and_negative_amount
    from {{ ref('receivables_ageing') }}
    group by month_start
),

-- without applications of payments nothing is aged, and open items are all that was billed
bases as (
    select has_applications from {{ ref('int_profit_bases') }}
)

select bridge.month_start, ageing.bucket_amount, ageing.open_items_amount, ageing.accounts_receivable, bridge.closing_amount
from {{ ref('receivables_bridge') }} as bridge
cross join bases
left join ageing on ageing.month_start = bridge.month_start
where (bases.has_applications and coalesce(ageing.bucket_amount, 0) <> coalesce(ageing.open_items_amount, 0))
    or (bases.has_applications and coalesce(ageing.positive_and_negative_amount, 0) <> coalesce(ageing.open_items_amount, 0))
    or coalesce(ageing.open_items_amount - ageing.unapplied_amount, 0) <> coalesce(ageing.accounts_receivable, 0)
    or coalesce(ageing.accounts_receivable, 0) <> bridge.closing_amount
