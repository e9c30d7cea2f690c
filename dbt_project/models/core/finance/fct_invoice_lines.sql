-- Lines sum to their document to the cent: each takes the step of the rounded running total.
with context as (
    select reporting_currency, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

invoices as (
    select fct.*, amounts.sign
    from {{ ref('fct_invoices') }} as fct
    inner join {{ ref('int_invoice_amounts') }} as amounts
        on amounts.source_system = fct.source_system
        and amounts.invoice_id = fct.invoice_id
),

lines as (
    select
        source_system, invoice_line_id, invoice_id, order_line_id, product_code, quantity, unit_price, discount_amount,
        net_amount, tax_amount, cost_amount, credited_invoice_line_id, false as is_whole_invoice, is_stale
    from {{ ref('stg_erp__invoice_lines') }}
    union all
    -- amounts of the header carry their sign already
    select
        invoices.source_system, 'whole:' || invoices.invoice_id, invoices.invoice_id, null, null, null, null, null,
        invoices.document_net_amount * invoices.sign, invoices.document_tax_amount * invoices.sign, null, null, true,
        invoices.is_stale
    from invoices
    left join {{ ref('stg_erp__invoice_lines') }} as own
        on own.source_system = invoices.source_system
        and own.invoice_id = invoices.invoice_id
    where own.invoice_id is null
),

signed as (
    select
        lines.*,
        invoices.invoice_key,
        invoices.customer_key,
        invoices.document_type,
        invoices.invoice_date,
        invoices.is_posted,
        invoices.posted_date,
        invoices.reversed_date,
        invoices.currency,
        invoices.ledger_rate,
        invoices.reporting_rate,
        coalesce(invoices.sign, 1) as sign,
        cast(lines.net_amount * coalesce(invoices.sign, 1) as decimal(18, 4)) as line_net_amount,
        cast(sum(lines.net_amount * coalesce(invoices.sign, 1)) over (
            partition by lines.source_system, lines.invoice_id order by lines.invoice_line_id
            rows between unbounded preceding and current row
        ) as decimal(18, 4)) as running_net_amount
    from lines
    left join invoices
        on invoices.source_system = lines.source_system
        and invoices.invoice_id = lines.invoice_id
),

final as (
    select
        {{ source_key('signed.source_system', 'signed.invoice_line_id') }} as invoice_line_key,
        signed.source_system,
        signed.invoice_line_id,
        {{ source_key('signed.source_system', 'signed.invoice_id') }} as invoice_key,
        signed.invoice_id,
        signed.document_type,
        coalesce(signed.customer_key, 'unassigned') as customer_key,
        signed.invoice_date,
        coalesce(signed.is_posted, false) as is_posted,
        signed.posted_date,
        signed.reversed_date,
        signed.order_line_id,
        signed.credited_invoice_line_id,
        signed.product_code,
        cast(signed.quantity * signed.sign as decimal(18, 4)) as quantity,
        cast(signed.unit_price as decimal(18, 4)) as unit_price,
        cast(signed.discount_amount * signed.sign as decimal(18, 4)) as document_discount_amount,
        cast(signed.tax_amount * signed.sign as decimal(18, 4)) as document_tax_amount,
        signed.line_net_amount as document_net_amount,
        signed.currency,
        {%- for name, rate in [('ledger_net_amount', 'ledger_rate'), ('net_amount', 'reporting_rate')] %}
        {{ line_money('signed.running_net_amount', 'signed.line_net_amount', 'signed.' ~ rate) }} as {{ name }},
        {%- endfor %}
        {{ to_money('signed.cost_amount * signed.sign') }} as ledger_cost_amount,
        {{ converted('(signed.cost_amount * signed.sign)', 'cost_rate') }} as cost_amount,
        signed.is_whole_invoice,
        signed.invoice_key is null as is_missing_header,
        signed.invoice_key is not null and (signed.ledger_rate is null or signed.reporting_rate is null)
            as is_missing_rate,
        signed.is_stale
    from signed
    cross join context
    {{ join_rates('cost_rate', ledger_currency_of('signed.source_system'), 'context.reporting_currency', 'signed.invoice_date') }}
)

select * from final
