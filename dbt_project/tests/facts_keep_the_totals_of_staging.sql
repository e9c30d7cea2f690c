-- I18: no join of a fact drops or doubles a row. Document amounts are compared without their sign, which the facts may turn.
{%- set pairs = [
    ('fct_orders', 'stg_erp__orders', none, none),
    ('fct_order_lines', 'stg_erp__order_lines', 'document_net_amount', 'net_amount'),
    ('fct_invoices', 'stg_erp__invoices', 'document_gross_amount', 'gross_amount'),
    ('fct_payments', 'stg_erp__payments', 'document_amount', 'amount'),
    ('fct_receivable_adjustments', 'stg_erp__receivable_adjustments', 'document_amount', 'amount'),
    ('fct_customer_costs', 'stg_erp__customer_costs', 'document_amount', 'amount'),
    ('fct_gl_entries', 'stg_erp__gl_entries', 'ledger_amount', 'amount'),
    ('fct_budgets', 'stg_erp__budgets', 'document_amount', 'amount'),
] %}
with totals as (
    {%- for fact, staged, fact_amount, staged_amount in pairs %}
    select
        '{{ fact }}' as fact,
        (select count(*) from {{ ref(fact) }}) as fact_rows,
        (select count(*) from {{ ref(staged) }}) as staged_rows,
        {%- if fact_amount %}
        (select coalesce(sum(abs({{ fact_amount }})), 0) from {{ ref(fact) }}) as fact_amount,
        (select coalesce(sum(abs({{ staged_amount }})), 0) from {{ ref(staged) }}) as staged_amount
        {%- else %}
        0 as fact_amount,
        0 as staged_amount
        {%- endif %}
    union all
    {%- endfor %}
    select
        'fct_payment_allocations',
        (select count(*) from {{ ref('fct_payment_allocations') }} where not is_derived),
        (select count(*) from {{ ref('stg_erp__payment_allocations') }}),
        (select coalesce(sum(document_allocated_amount), 0) from {{ ref('fct_payment_allocations') }} where not is_derived),
        (select coalesce(sum(allocated_amount), 0) from {{ ref('stg_erp__payment_allocations') }})
    union all
    -- lines that came, and one for each invoice that came without
    select
        'fct_invoice_lines',
        (select count(*) from {{ ref('fct_invoice_lines') }} where not is_whole_invoice),
        (select count(*) from {{ ref('stg_erp__invoice_lines') }}),
        (select coalesce(sum(abs(document_net_amount)), 0) from {{ ref('fct_invoice_lines') }} where not is_whole_invoice),
        (select coalesce(sum(abs(net_amount)), 0) from {{ ref('stg_erp__invoice_lines') }})
    union all
    select
        'orders are their lines',
        0,
        0,
        (select coalesce(sum(document_net_amount), 0) from {{ ref('fct_orders') }}),
        (select coalesce(sum(document_net_amount), 0) from {{ ref('fct_order_lines') }} where not is_missing_header)
)

select * from totals
where fact_rows <> staged_rows or fact_amount <> staged_amount
