-- Months in which there was business with a customer, whatever the company's profile: an order, a posted invoice, or a
-- contract in force on a day of the month. Loyalty is the number of them in a year (metric 51).
with context as (
    select as_of_date from {{ ref('run_context') }}
),

business as (
    select customer_key, {{ month_start('purchase_date') }} as month_start, 1 as purchase_count
    from {{ ref('int_purchases') }}
    union all
    select invoices.customer_key, {{ month_start('invoices.invoice_date') }}, 1
    from {{ ref('fct_invoices') }} as invoices
    inner join context on invoices.invoice_date <= context.as_of_date
    where invoices.is_posted and invoices.document_type = 'invoice'
    union all
    select contracts.customer_key, months.month_start, 0
    from {{ ref('fct_contracts') }} as contracts
    inner join {{ ref('int_months') }} as months
        on months.month_as_of_date >= contracts.starts_date
        and months.month_start < coalesce(contracts.in_force_until_date, {{ no_end() }})
    where not contracts.is_draft and contracts.starts_date < coalesce(contracts.in_force_until_date, {{ no_end() }})
),

final as (
    select customer_key, month_start, sum(purchase_count) > 0 as has_purchase
    from business
    where customer_key <> 'unassigned'
    group by customer_key, month_start
)

select * from final
