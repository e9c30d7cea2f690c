-- Months in which a customer did something, not the window of R12 (metric 44): a contract was in force on a day of it, or
-- an invoice was posted (project companies), or an order was placed (shops).
with context as (
    select profile, as_of_date from {{ ref('run_context') }}
),

final as (
    select distinct contracts.customer_key, months.month_start
    from {{ ref('fct_contracts') }} as contracts
    inner join context on context.profile = 'b2b_contract'
    inner join {{ ref('int_months') }} as months
        on months.month_as_of_date >= contracts.starts_date
        and months.month_start < coalesce(contracts.in_force_until_date, {{ no_end() }})
    where not contracts.is_draft
        and contracts.starts_date < coalesce(contracts.in_force_until_date, {{ no_end() }})
    union
    select invoices.customer_key, {{ month_start('invoices.invoice_date') }}
    from {{ ref('fct_invoices') }} as invoices
    inner join context on context.profile = 'b2b_project' and invoices.invoice_date <= context.as_of_date
    where invoices.is_posted and invoices.document_type = 'invoice'
    union
    select purchases.customer_key, {{ month_start('purchases.purchase_date') }}
    from {{ ref('int_purchases') }} as purchases
    inner join context on context.profile = 'b2c'
)

select * from final where customer_key <> 'unassigned'
