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

dated as (

    select
        orders.order_key,
        orders.customer_key,
        orders.channel,
        orders.owner_id,
        orders.promised_date,
        context.as_of_date,
        coalesce(lines.completed_date, orders.delivered_date, {{ no_end() }}) as completed_date
    from {{ ref('fct_orders') }} as orders
    cross join context
    left join lines on orders.order_key = lines.order_key
    where orders.is_booked and orders.promised_date <= context.as_of_date

),

final as (

    select
        orders.order_key,
        orders.promised_date,
        {{ segment('orders.channel') }} as channel,
        {{ segment('orders.owner_id') }} as owner,
        {{ customer_segments() }},
        {{ as_flag('orders.completed_date <= orders.promised_date') }} as is_in_time,
        {{ as_flag('orders.completed_date > orders.promised_date and orders.completed_date <= orders.as_of_date') }} as is_late,
        {{ as_flag('orders.completed_date > orders.as_of_date') }} as is_open
    from dated as orders
    {{ join_segments('orders', 'orders.promised_date') }}

)

select * from final
