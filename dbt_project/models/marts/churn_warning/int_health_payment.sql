-- Average days late, by amount, of what fell due in the last 180 days: paid parts as late as their money came, whenever it
-- was applied, open parts as late as they are on the day. Parts are shares of the document: the rate of a receipt must not
-- leave a rest of what is paid.
with invoices as (
    select invoice_key, customer_key, due_date, posted_date, reversed_date, gross_amount, document_gross_amount
    from {{ ref('fct_invoices') }}
    where posted_date is not null and document_type = 'invoice' and gross_amount > 0 and customer_key <> 'unassigned'
),

due as (
    select snapshots.snapshot_date, invoices.*
    from {{ ref('int_health_snapshots') }} as snapshots
    inner join invoices
        on invoices.due_date <= snapshots.snapshot_date
        and invoices.due_date > {{ add_days('snapshots.snapshot_date', -180) }}
        and invoices.posted_date <= snapshots.snapshot_date
        and (invoices.reversed_date is null or invoices.reversed_date > snapshots.snapshot_date)
),

settled as (
    select
        due.snapshot_date,
        due.invoice_key,
        sum(allocations.document_allocated_amount) as document_settled,
        sum(allocations.document_allocated_amount * greatest({{ days_between(
            'due.due_date',
            "case when allocations.allocation_type = 'receipt' then allocations.settling_date else allocations.effective_date end"
        ) }}, 0)) as document_late_days
    from due
    inner join {{ ref('fct_payment_allocations') }} as allocations
        on allocations.invoice_key = due.invoice_key
        and allocations.is_effective
        and allocations.effective_date <= due.snapshot_date
        and (allocations.reversed_date is null or allocations.reversed_date > due.snapshot_date)
    group by due.snapshot_date, due.invoice_key
),

parts as (
    select
        due.*,
        coalesce(settled.document_late_days, 0) as document_late_days,
        greatest(due.document_gross_amount - coalesce(settled.document_settled, 0), 0) as document_open
    from due
    left join settled on settled.snapshot_date = due.snapshot_date and settled.invoice_key = due.invoice_key
),

final as (
    select
        customer_key,
        snapshot_date,
        {{ safe_ratio(
            'sum(' ~ share_of_money('gross_amount', 'document_late_days', 'document_gross_amount')
                ~ ' + ' ~ share_of_money('gross_amount', 'document_open', 'document_gross_amount') ~ ' * '
                ~ days_between('due_date', 'snapshot_date') ~ ')',
            'sum(gross_amount)'
        ) }} as measure
    from parts
    group by customer_key, snapshot_date
)

select * from final
