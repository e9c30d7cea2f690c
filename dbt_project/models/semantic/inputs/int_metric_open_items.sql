{{ config(schema='marts') }}

with items as (

    select *
    from {{ ref('int_receivable_month_items') }}
    -- overpaid items are listed with the receivables, and are no debt that can be overdue
    where item_type = 'invoice' and amount > 0

),

final as (

    select
        items.item_key,
        items.customer_key,
        items.month_start,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        items.amount,
        case when items.days_overdue > 0 then items.amount else 0 end as overdue_amount
    from items
    {{ join_segments('items', 'items.month_start') }}

)

select * from final
