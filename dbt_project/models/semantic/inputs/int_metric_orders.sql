{{ config(schema='marts') }}

with purchases as (

    select
        purchases.*,
        orders.channel,
        orders.owner_id
    from {{ ref('int_purchases') }} as purchases
    left join {{ ref('fct_orders') }} as orders
        on purchases.purchase_type = 'order'
        and purchases.purchase_key = orders.order_key

),

final as (

    select
        purchases.purchase_key,
        purchases.purchase_date,
        {{ segment('purchases.channel') }} as channel,
        {{ segment('purchases.owner_id') }} as owner,
        {{ customer_segments() }},
        purchases.net_amount
    from purchases
    {{ join_segments('purchases', 'purchases.purchase_date') }}

)

select * from final
