{{ config(schema='marts') }}

-- A line has its own days; where it names none, those of its order. A line is delivered as a whole or not at all: sources
-- bring no delivered quantity.
with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

dated as (

    select
        order_lines.order_line_key,
        orders.customer_key,
        orders.channel,
        orders.owner_id,
        coalesce(order_lines.promised_date, orders.promised_date) as promised_date,
        context.as_of_date,
        coalesce(
            {{ business_date('order_lines.delivered_at', 'context.time_zone') }}, orders.delivered_date, {{ no_end() }}
        ) as delivered_date
    from {{ ref('fct_order_lines') }} as order_lines
    inner join {{ ref('fct_orders') }} as orders on orders.order_key = order_lines.order_key
    cross join context
    where orders.is_booked

),

due as (

    select * from dated where promised_date <= as_of_date

),

final as (

    select
        due.order_line_key,
        due.promised_date,
        {{ segment('due.channel') }} as channel,
        {{ segment('due.owner_id') }} as owner,
        {{ customer_segments() }},
        {{ as_flag('due.delivered_date <= due.promised_date') }} as is_in_time,
        {{ as_flag('due.delivered_date > due.promised_date and due.delivered_date <= due.as_of_date') }} as is_late,
        {{ as_flag('due.delivered_date > due.as_of_date') }} as is_open
    from due
    {{ join_segments('due', 'due.promised_date') }}

)

select * from final
