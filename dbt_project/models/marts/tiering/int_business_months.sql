-- Months in which there was business with a customer, whatever the company's profile: an order, a posted invoice, or a
-- contract in force on a day of the month. Loyalty is the number of them in a year (metric 51).
with context as (
    select as_of_date from {{ ref('run_context') }}
),

final as (
    select customer_key, {{ month_start('purchase_date') }} as month_start
    from {{ ref('int_purchases') }}
    where customer_key <> 'unassigned'
    union
    select invoices.customer_key, {{ month_start('invoices.invoice_date') }}
    from {{ ref('fct_invoices') }} as invoices
    inner join context on invoices.invoice_date <= context.as_of_date
    where invoices.is_posted and invoices.document_type = 'invoice' and invoices.customer_key <> 'unassigned'
    union
    select contracts.customer_key, months.month_start
    from {{ ref('fct_contracts') }} as contracts
    inner join {{ ref('int_months') }} as months
        on months.month_as_of_date >= contracts.starts_date
        and months.month_start < coalesce(contracts.in_force_until_date, {{ no_end() }})
    where not contracts.is_draft
        and contracts.customer_key <> 'unassigned'
        and contracts.starts_date < coalesce(contracts.in_force_until_date, {{ no_end() }})
)

select * from final
