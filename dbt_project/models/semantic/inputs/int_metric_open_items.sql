{{ config(schema='marts') }}

with open_then as (

    select item_key, customer_key, month_start, ageing_bucket, is_disputed, amount, days_overdue
    from {{ ref('int_receivable_month_items') }}
    where item_type = 'invoice'

),

empty_months as (

    {{ months_without('open_then') }}

),

items as (

    select * from open_then
    union all
    select 'none', 'unassigned', month_start, 'not_due', false, 0, 0 from empty_months

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
        case when items.days_overdue > 0 then greatest(items.amount, 0) when items.days_overdue <= 0 then 0 end as overdue_amount
    from items
    {{ join_segments('items', 'items.month_start') }}

)

select * from final
