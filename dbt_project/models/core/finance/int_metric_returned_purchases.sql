{{ config(schema='marts') }}

with documents as (

    select
        documents.source_system,
        documents.document_type,
        documents.invoice_date,
        documents.document_net_amount,
        coalesce(documents.credited_invoice_key, documents.invoice_key) as invoice_key,
        coalesce(documents.order_id, credited.order_id) as order_id
    from {{ ref('fct_invoices') }} as documents
    left join {{ ref('fct_invoices') }} as credited on documents.credited_invoice_key = credited.invoice_key
    cross join {{ ref('run_context') }} as context
    where documents.is_posted and documents.invoice_date <= context.as_of_date

),

-- a document belongs to its order, and where there are no orders to its invoice
by_purchase as (

    select 'order' as purchase_type, {{ source_key('source_system', 'order_id') }} as purchase_key, documents.*
    from documents
    where order_id is not null
    union all
    select 'invoice' as purchase_type, invoice_key as purchase_key, documents.*
    from documents

),

final as (

    select
        purchase_type,
        purchase_key,
        max(case when document_type = 'credit_note' then invoice_date end) as returned_date
    from by_purchase
    group by purchase_type, purchase_key
    having sum(document_net_amount) <= 0
        and count(case when document_type = 'credit_note' then 1 end) > 0
        and count(case when document_type = 'invoice' then 1 end) > 0

)

select * from final
