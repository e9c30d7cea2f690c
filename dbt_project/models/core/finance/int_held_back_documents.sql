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

stranded as (
    select distinct
        'erp_payment_allocations' as cause_entity,
        allocations.allocation_key as cause_key,
        allocations.source_system,
        false as is_staged
    from {{ ref('fct_payment_allocations') }} as allocations
    inner join held
        on not held.is_staged
        and (
            (held.cause_entity = 'erp_payments' and held.cause_key = allocations.payment_key)
            or (held.cause_entity = 'erp_invoices' and held.cause_key = allocations.invoice_key)
            or (held.cause_entity = 'erp_invoices' and held.cause_key = allocations.credit_note_key)
        )
    where not allocations.is_effective
)

select * from held
union
select * from stranded
