-- Receivable records that are held back, and with them the applications that cannot count while one of their two
-- documents is away.
with held as (
    {%- for entity in ['erp_invoices', 'erp_payments', 'erp_receivable_adjustments', 'erp_payment_allocations'] %}
    select
        '{{ entity }}' as cause_entity,
        {{ source_key('rows.source_system', 'rows._key') }} as cause_key,
        rows.source_system,
        rows.is_staged
    from ({{ held_back_rows(entity, []) }}) as rows
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

documents as (
    {%- for entity, key in [('erp_payments', 'payment_key'), ('erp_invoices', 'invoice_key'), ('erp_invoices', 'credit_note_key')] %}
    select allocation_key, source_system, '{{ entity }}' as entity, {{ key }} as document_key
    from {{ ref('fct_payment_allocations') }}
    where not is_effective and {{ key }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

stranded as (
    select distinct
        'erp_payment_allocations' as cause_entity,
        documents.allocation_key as cause_key,
        documents.source_system,
        false as is_staged
    from documents
    inner join held on held.cause_entity = documents.entity and held.cause_key = documents.document_key
    where not held.is_staged
)

select * from held
union
select * from stranded
