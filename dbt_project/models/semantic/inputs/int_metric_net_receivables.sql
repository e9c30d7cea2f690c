{{ config(schema='marts') }}

with open_then as (

    select item_key, item_type, customer_key, currency, month_start, net_of_tax_amount
    from {{ ref('int_receivable_month_items') }}

),

empty_months as (

    {{ months_without('open_then') }}

),

items as (

    select * from open_then
    union all
    select 'none', 'none', 'unassigned', 'none', month_start, 0 from empty_months

),

final as (

    select
        items.item_key,
        items.item_type,
        items.customer_key,
        items.currency,
        items.month_start,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        cast(items.net_of_tax_amount as decimal(18, 2)) as net_of_tax_amount
    from items
    {{ join_segments('items', 'items.month_start') }}

)

select * from final
