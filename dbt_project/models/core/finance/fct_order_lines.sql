with context as (
    select reporting_currency, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

lines as (
    select * from {{ ref('stg_erp__order_lines') }}
),

dated as (
    select
        lines.*,
        orders.order_id is null as is_missing_header,
        orders.customer_code,
        orders.order_date,
        orders.status,
        {{ booked_dates('orders', 'cancellations') }},
        case when orders.order_id is not null then coalesce(orders.currency, {{ ledger_currency_of('lines.source_system') }}) end as currency,
        orders.is_stale as is_header_stale,
        context.reporting_currency,
        {{ ledger_currency_of('lines.source_system') }} as ledger_currency
    from lines
    cross join context
    left join {{ ref('stg_erp__orders') }} as orders
        on orders.source_system = lines.source_system
        and orders.order_id = lines.order_id
    left join {{ ref('int_cancellations') }} as cancellations
        on cancellations.entity = 'erp_orders'
        and cancellations.source_system = orders.source_system
        and cancellations._key = orders._key
),

final as (
    select
        {{ source_key('dated.source_system', 'dated.order_line_id') }} as order_line_key,
        dated.source_system,
        dated.order_line_id,
        {{ source_key('dated.source_system', 'dated.order_id') }} as order_key,
        dated.order_id,
        {{ customer_key_of('erp_customers') }} as customer_key,
        dated.order_date,
        coalesce(dated.status not in ('draft', 'cancelled'), false) as is_booked,
        dated.product_code,
        cast(dated.quantity as decimal(18, 4)) as quantity,
        cast(dated.unit_price as decimal(18, 4)) as unit_price,
        cast(dated.discount_amount as decimal(18, 4)) as document_discount_amount,
        cast(dated.tax_amount as decimal(18, 4)) as document_tax_amount,
        cast(dated.net_amount as decimal(18, 4)) as document_net_amount,
        dated.currency,
        {{ converted('dated.net_amount', 'ledger_rate') }} as ledger_net_amount,
        {{ converted('dated.net_amount', 'reporting_rate') }} as net_amount,
        {{ to_money('dated.cost_amount') }} as ledger_cost_amount,
        {{ converted('dated.cost_amount', 'cost_rate') }} as cost_amount,
        dated.promised_date,
        cast(dated.delivered_at as timestamp) as delivered_at,
        dated.is_missing_header,
        not dated.is_missing_header and (
            {{ is_rate_missing('dated.net_amount', 'ledger_rate') }}
            or {{ is_rate_missing('dated.net_amount', 'reporting_rate') }}
        ) as is_missing_rate,
        dated.is_stale or coalesce(dated.is_header_stale, false) as is_stale,
        dated.booked_date,
        dated.reversed_date
    from dated
    {{ customer_key_joins('dated', erp_customers='customer_code') }}
    {{ join_rates('ledger_rate', 'dated.currency', 'dated.ledger_currency', 'dated.order_date') }}
    {{ join_rates('reporting_rate', 'dated.currency', 'dated.reporting_currency', 'dated.order_date') }}
    {{ join_rates('cost_rate', 'dated.ledger_currency', 'dated.reporting_currency', 'dated.order_date') }}
)

select * from final
