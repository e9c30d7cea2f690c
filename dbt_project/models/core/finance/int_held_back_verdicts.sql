-- Versions of money records that gate 1 holds back.
select distinct entity, source_system, key, row_hash
from {{ home_parquet('quality/verdicts.parquet') }}
where severity = 'critical'
    and entity in (
        'erp_invoices', 'erp_payments', 'erp_payment_allocations', 'erp_receivable_adjustments', 'erp_gl_entries'
    )
