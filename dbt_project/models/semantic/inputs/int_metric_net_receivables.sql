{{ config(schema='marts') }}

with open_then as (

    select item_key, item_type, customer_key, currency, month_start, net_of_tax_amount
    from {{ ref('int_receivable_month_items') }}

),

empty_months as (

    -- a month end with nothing open is one too, or a quarter would end with the month before
    select months.month_start
    from {{ ref('int_months') }} as months
    inner join (select min(month_start) as first_month from open_then) as firsts on months.month_start > firsts.first_month
    left join open_then on months.month_start = open_then.month_start
    where open_then.month_start is null

),

items as (

    select * from open_then
    union all
    select null, null, 'unassigned', null, month_start, 0 from empty_months

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
