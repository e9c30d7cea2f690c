-- Months in which a customer did something, not the window of R12 (metric 44): a contract was in force on a day of it, or
-- an invoice was posted (project companies), or an order was placed (shops). What was returned as a whole later is marked.
with context as (
    select profile, as_of_date from {{ ref('run_context') }}
),

returned as (
    select purchase_type, purchase_key from {{ ref('int_metric_returned_purchases') }}
),

events as (
    select contracts.customer_key, months.month_start, 1 as is_kept
    from {{ ref('fct_contracts') }} as contracts
    inner join context on context.profile = 'b2b_contract'
    inner join {{ ref('int_months') }} as months
        on months.month_as_of_date >= contracts.starts_date
        and months.month_start < coalesce(contracts.in_force_until_date, {{ no_end() }})
    where not contracts.is_draft
        and contracts.starts_date < coalesce(contracts.in_force_until_date, {{ no_end() }})
    union all
    select
        invoices.customer_key,
        {{ month_start('invoices.invoice_date') }},
        {{ as_flag('returned.purchase_key is null') }}
    from {{ ref('fct_invoices') }} as invoices
    inner join context on context.profile = 'b2b_project' and invoices.invoice_date <= context.as_of_date
    left join returned on returned.purchase_type = 'invoice' and returned.purchase_key = invoices.invoice_key
    where invoices.is_posted and invoices.document_type = 'invoice'
    union all
    select
        purchases.customer_key,
        {{ month_start('purchases.purchase_date') }},
        {{ as_flag('returned.purchase_key is null') }}
    from {{ ref('int_purchases') }} as purchases
    inner join context on context.profile = 'b2c'
    left join returned
        on returned.purchase_type = purchases.purchase_type
        and returned.purchase_key = purchases.purchase_key
),

final as (
    select
        customer_key,
        month_start,
        max(is_kept) as is_active_after_returns
    from events
    where customer_key <> 'unassigned'
    group by customer_key, month_start
)

select * from final
