{{ config(schema='marts') }}

with context as (

    select as_of_date from {{ ref('run_context') }}

),

-- applications that stand today; money is received on the day of the receipt, whenever it is applied
applied as (

    select
        applications.invoice_key,
        applications.allocation_type,
        applications.settling_date,
        applications.document_allocated_amount
    from {{ ref('fct_payment_allocations') }} as applications
    cross join context
    where applications.effective_date <= context.as_of_date
        and (applications.reversed_date is null or applications.reversed_date > context.as_of_date)

),

settled as (

    select
        invoices.invoice_key,
        sum(case when applied.allocation_type = 'credit_note' then applied.document_allocated_amount else 0 end) as credited,
        sum(case when applied.allocation_type = 'receipt' then applied.document_allocated_amount else 0 end) as received,
        sum(case when applied.allocation_type = 'receipt' and applied.settling_date <= invoices.due_date
            then applied.document_allocated_amount else 0 end) as in_time
    from {{ ref('fct_invoices') }} as invoices
    inner join applied on invoices.invoice_key = applied.invoice_key
    group by invoices.invoice_key

),

-- a discount or a tax withheld is not due; what is written off is, and never came
deducted as (

    select adjustments.invoice_key, sum(adjustments.document_allocated_amount) as deducted
    from {{ ref('fct_receivable_adjustments') }} as adjustments
    cross join context
    where adjustments.adjustment_type <> 'write_off' and adjustments.adjusted_date <= context.as_of_date
    group by adjustments.invoice_key

),

due as (

    select
        invoices.*,
        greatest(
            invoices.document_gross_amount - coalesce(settled.credited, 0) - coalesce(deducted.deducted, 0), 0
        ) as document_due,
        greatest(coalesce(settled.received, 0), 0) as document_received,
        -- what came in time and bounced after the due day, booked as a receipt below zero, did not come
        greatest(least(coalesce(settled.in_time, 0), coalesce(settled.received, 0)), 0) as document_in_time
    from {{ ref('fct_invoices') }} as invoices
    cross join context
    -- where no payment is ever applied, nobody can be told from who never pays
    inner join {{ ref('int_profit_bases') }} as bases on bases.has_applications
    left join settled on invoices.invoice_key = settled.invoice_key
    left join deducted on invoices.invoice_key = deducted.invoice_key
    where invoices.document_type = 'invoice' and invoices.is_posted and invoices.document_gross_amount > 0
        and invoices.due_date <= context.as_of_date

),

shares as (

    -- shares of the document, in the reporting currency of its day: the rate of a receipt must not move them
    select
        due.*,
        {{ share_of_money('gross_amount', 'document_due', 'document_gross_amount') }} as due_amount,
        {{ share_of_money('gross_amount', 'least(document_in_time, document_due)', 'document_gross_amount') }} as in_time_amount,
        {{ share_of_money('gross_amount', 'least(document_received, document_due)', 'document_gross_amount') }} as received_amount
    from due

),

final as (

    select
        shares.invoice_key,
        shares.due_date,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        shares.due_amount,
        shares.in_time_amount,
        cast(shares.received_amount - shares.in_time_amount as decimal(18, 2)) as late_amount,
        cast(shares.due_amount - shares.received_amount as decimal(18, 2)) as unpaid_amount
    from shares
    {{ join_segments('shares', 'shares.due_date') }}

)

select * from final
