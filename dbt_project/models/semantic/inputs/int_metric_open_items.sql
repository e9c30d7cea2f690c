{{ config(schema='marts') }}

with items as (

    select *
    from {{ ref('int_receivable_month_items') }}
    where item_type = 'invoice'

),

final as (

    select
        items.item_key,
        items.customer_key,
        items.month_start,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        items.ageing_bucket,
        case when items.is_disputed then 'disputed' else 'undisputed' end as dispute,
        items.amount as item_amount,
        -- an overpaid item is aged with the others, and is no debt that can be overdue
        greatest(items.amount, 0) as amount,
        case when items.days_overdue > 0 then greatest(items.amount, 0) else 0 end as overdue_amount
    from items
    {{ join_segments('items', 'items.month_start') }}

)

select * from final
