{{ config(schema='marts') }}

with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

-- what is delivered line by line is complete with its last line
lines as (

    select
        order_lines.order_key,
        max(coalesce(
            {{ business_date('order_lines.delivered_at', 'context.time_zone') }}, orders.delivered_date, {{ no_end() }}
        )) as completed_date
    from {{ ref('fct_order_lines') }} as order_lines
    inner join {{ ref('fct_orders') }} as orders on order_lines.order_key = orders.order_key
    cross join context
    group by order_lines.order_key

),

final as (

    select
        orders.order_key,
        orders.promised_date,
        {{ segment('orders.channel') }} as channel,
        {{ segment('orders.owner_id') }} as owner,
        {{ customer_segments() }},
        {{ as_flag('coalesce(lines.completed_date, orders.delivered_date) <= orders.promised_date') }} as is_in_time
    from {{ ref('fct_orders') }} as orders
    cross join context
    left join lines on orders.order_key = lines.order_key
    {{ join_segments('orders', 'orders.promised_date') }}
    where orders.is_booked and orders.promised_date <= context.as_of_date

)

select * from final
