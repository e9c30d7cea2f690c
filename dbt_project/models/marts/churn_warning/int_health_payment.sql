-- Average days late, by amount, of what fell due in the last 180 days: paid parts as late as they were paid, open parts as
-- late as they are on the day.
with invoices as (
    select invoice_key, customer_key, due_date, posted_date, reversed_date, gross_amount
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
        sum(allocations.allocated_amount) as settled_amount,
        sum(
            allocations.allocated_amount * greatest({{ days_between('due.due_date', 'allocations.effective_date') }}, 0)
        ) as late_amount_days
    from due
    inner join {{ ref('fct_payment_allocations') }} as allocations
        on allocations.invoice_key = due.invoice_key
        and allocations.is_effective
        and allocations.effective_date <= due.snapshot_date
        and (allocations.reversed_date is null or allocations.reversed_date > due.snapshot_date)
    group by due.snapshot_date, due.invoice_key
),

final as (
    select
        due.customer_key,
        due.snapshot_date,
        {{ safe_ratio(
            'sum(coalesce(settled.late_amount_days, 0)'
                ~ ' + greatest(due.gross_amount - coalesce(settled.settled_amount, 0), 0) * '
                ~ days_between('due.due_date', 'due.snapshot_date') ~ ')',
            'sum(due.gross_amount)'
        ) }} as measure
    from due
    left join settled on settled.snapshot_date = due.snapshot_date and settled.invoice_key = due.invoice_key
    group by due.customer_key, due.snapshot_date
)

select * from final
