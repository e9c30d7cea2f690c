{{ config(schema='marts') }}

select
    items.item_key,
    items.item_type,
    items.customer_key,
    items.currency,
    items.month_start,
    {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
    items.net_of_tax_amount
from {{ ref('int_receivable_month_items') }} as items
{{ join_segments('items', 'items.month_start') }}
