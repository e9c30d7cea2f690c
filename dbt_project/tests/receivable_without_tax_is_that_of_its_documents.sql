-- R6: a document of which all is open counts with its net amount, and the metric is what the ageing says.
with differences as (

    select items.month_start, items.item_key as key, items.net_of_tax_amount - invoices.net_amount as difference
    from {{ ref('int_receivable_month_items') }} as items
    inner join {{ ref('fct_invoices') }} as invoices
        on invoices.invoice_key = items.item_key and invoices.document_type = items.item_type
    where items.amount = invoices.gross_amount

    union all

    select month_start, 'metric', sum(amount)
    from (
        select month_start, net_of_tax_amount as amount from {{ ref('int_metric_net_receivables') }}
        union all
        select month_start, -accounts_receivable_net_of_tax from {{ ref('receivables_ageing') }}
    ) as sides
    group by month_start

)

select * from differences where difference <> 0
