with context as (
    select time_zone, as_of_date, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

orders as (
    select * from {{ ref('stg_erp__orders') }}
),

lines as (
    select
        order_key,
        count(*) as line_count,
        sum(document_net_amount) as document_net_amount,
        sum(ledger_net_amount) as ledger_net_amount,
        sum(net_amount) as net_amount,
        sum(cost_amount) as cost_amount,
        max({{ as_flag('is_missing_rate') }}) as missing_rates
    from {{ ref('fct_order_lines') }}
    where not is_missing_header
    group by order_key
),

sales_reps as (
    select sales_rep_code, min(user_id) as user_id
    from {{ ref('stg_crm__users') }}
    where sales_rep_code is not null
    group by sales_rep_code
    having count(distinct user_id) = 1
),

final as (
    select
        {{ source_key('orders.source_system', 'orders.order_id') }} as order_key,
        orders.source_system,
        orders.order_id,
        orders.order_number,
        {{ customer_key_of('erp_customers') }} as customer_key,
        orders.customer_code,
        orders.contract_id,
        orders.crm_opportunity_id,
        orders.order_date,
        orders.status,
        orders.status not in ('draft', 'cancelled') as is_booked,
        orders.status = 'cancelled' as is_cancelled,
        cancellations.cancelled_date,
        orders.sales_rep_code,
        sales_reps.user_id as owner_id,
        orders.channel,
        orders.region,
        orders.promised_date,
        cast(orders.delivered_at as timestamp) as delivered_at,
        {{ business_date('orders.delivered_at', 'context.time_zone') }} as delivered_date,
        cast(coalesce(lines.line_count, 0) as bigint) as line_count,
        coalesce(orders.currency, {{ ledger_currency_of('orders.source_system') }}) as currency,
        -- an order without lines is free; one of whose lines has no rate has no amount
        cast(coalesce(lines.document_net_amount, 0) as decimal(18, 4)) as document_net_amount,
        {%- for amount in ['ledger_net_amount', 'net_amount'] %}
        cast(case when coalesce(lines.missing_rates, 0) = 0 then coalesce(lines.{{ amount }}, 0) end as decimal(18, 2))
            as {{ amount }},
        {%- endfor %}
        cast(lines.cost_amount as decimal(18, 2)) as cost_amount,
        coalesce(lines.missing_rates, 0) = 1 as is_missing_rate,
        orders.is_stale,
        {{ booked_dates('orders', 'cancellations') }}
    from orders
    cross join context
    {{ customer_key_joins('orders', erp_customers='customer_code') }}
    left join lines on lines.order_key = {{ source_key('orders.source_system', 'orders.order_id') }}
    left join sales_reps on sales_reps.sales_rep_code = orders.sales_rep_code
    left join {{ ref('int_cancellations') }} as cancellations
        on cancellations.entity = 'erp_orders'
        and cancellations.source_system = orders.source_system
        and cancellations._key = orders._key
)

select * from final
