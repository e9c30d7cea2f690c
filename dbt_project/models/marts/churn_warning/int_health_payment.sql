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

-- a discount or a tax withheld is nothing that anybody still waits for; what is written off never came
settlements as (
    select
        invoice_key, effective_date, reversed_date, document_allocated_amount,
        case when allocation_type = 'receipt' then settling_date else effective_date end as settled_date
    from {{ ref('fct_payment_allocations') }}
    where is_effective
    union all
    select invoice_key, adjusted_date, null, document_allocated_amount, null
    from {{ ref('fct_receivable_adjustments') }}
    where adjustment_type <> 'write_off'
),

dated as (
    select
        settlements.invoice_key,
        settlements.effective_date,
        settlements.reversed_date,
        settlements.document_allocated_amount as document_settled,
        settlements.document_allocated_amount
            * greatest(coalesce({{ days_between('invoices.due_date', 'settlements.settled_date') }}, 0), 0) as document_late_days
    from settlements
    inner join invoices on invoices.invoice_key = settlements.invoice_key
    where settlements.reversed_date is null or settlements.reversed_date > settlements.effective_date
),

-- what is reversed leaves again
changes as (
    select invoice_key, effective_date as changed_date, document_settled, document_late_days from dated
    union all
    select invoice_key, reversed_date, -document_settled, -document_late_days from dated where reversed_date is not null
),

-- a state of an invoice holds for many snapshots: it is summed once
states as (
    select
        invoice_key,
        changed_date as state_from,
        coalesce(lead(changed_date) over life, {{ no_end() }}) as state_until,
        sum(sum(document_settled)) over life as document_settled,
        sum(sum(document_late_days)) over life as document_late_days
    from changes
    group by invoice_key, changed_date
    window life as (partition by invoice_key order by changed_date)
),

-- where no receipt was ever applied nobody can be told from who pays late
records as (
    select min(settling_date) as first_date
    from {{ ref('fct_payment_allocations') }}
    where is_effective and allocation_type = 'receipt'
),

parts as (
    select
        due.*,
        coalesce(states.document_late_days, 0) as document_late_days,
        greatest(due.document_gross_amount - coalesce(states.document_settled, 0), 0) as document_open
    from due
    left join states
        on states.invoice_key = due.invoice_key
        and due.snapshot_date >= states.state_from
        and due.snapshot_date < states.state_until
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
    inner join records on records.first_date <= parts.snapshot_date
    group by customer_key, snapshot_date
)

select * from final
