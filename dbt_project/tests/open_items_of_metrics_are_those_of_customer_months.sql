-- The overdue rate counts the same debts as the customer's months, month by month. Without applications neither is known.
with months as (
    select month_start, sum(open_items_closing) as open_amount, sum(overdue_closing) as overdue_amount
    from {{ ref('customer_months') }}
    group by month_start
),

items as (
    select month_start, sum(amount) as open_amount, sum(overdue_amount) as overdue_amount
    from {{ ref('int_metric_open_items') }}
    group by month_start
)

select months.*, items.open_amount as item_amount, items.overdue_amount as item_overdue_amount
from months
full outer join items on items.month_start = months.month_start
cross join {{ ref('int_profit_bases') }} as bases
where bases.has_applications
    and (
        coalesce(months.open_amount, 0) <> coalesce(items.open_amount, 0)
        or coalesce(months.overdue_amount, 0) <> coalesce(items.overdue_amount, 0)
    )
