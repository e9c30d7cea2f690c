{{ config(schema='marts') }}

with context as (

    select as_of_date from {{ ref('run_context') }}

),

-- applications that stand today, by the day they count from
applied as (

    select
        applications.invoice_key,
        applications.allocation_type,
        applications.effective_date,
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
        sum(case when applied.allocation_type = 'receipt' and applied.effective_date <= invoices.due_date
            then applied.document_allocated_amount else 0 end) as in_time
    from {{ ref('fct_invoices') }} as invoices
    inner join applied on invoices.invoice_key = applied.invoice_key
    group by invoices.invoice_key

),

final as (

    select
        invoices.invoice_key,
        invoices.due_date,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        -- shares of the document, in the reporting currency of its day: the rate of a receipt must not move them
        {{ to_money('invoices.gross_amount * (1 - ' ~ safe_ratio('least(coalesce(settled.credited, 0), '
            ~ 'invoices.document_gross_amount)', 'invoices.document_gross_amount') ~ ')') }} as due_amount,
        {{ to_money('invoices.gross_amount * ' ~ safe_ratio('least(coalesce(settled.in_time, 0), '
            ~ 'invoices.document_gross_amount)', 'invoices.document_gross_amount')) }} as in_time_amount
    from {{ ref('fct_invoices') }} as invoices
    cross join context
    left join settled on invoices.invoice_key = settled.invoice_key
    {{ join_segments('invoices', 'invoices.due_date') }}
    where invoices.document_type = 'invoice' and invoices.is_posted and invoices.document_gross_amount > 0
        and invoices.due_date <= context.as_of_date

)

select * from final
