-- When a customer counts as active (rule R12): each contract, invoice or order keeps him active for a window; windows
-- that touch are one spell. Which of the three counts is the company's profile. Grace prolongs activity, and no business.
with context as (
    select * from {{ ref('run_context') }}
),

windows as (
    -- a contract in force, or run out (not cancelled, not replaced) no longer ago than the days of grace
    select
        contracts.customer_key,
        contracts.starts_date as active_from,
        case
            when contracts.in_force_until_date is null then {{ no_end() }}
            when contracts.in_force_until_date = {{ add_days('contracts.ends_date', 1) }}
                then {{ add_days('contracts.in_force_until_date', 'context.contract_grace_days') }}
            else contracts.in_force_until_date
        end as active_until,
        coalesce({{ add_days('contracts.in_force_until_date', -1) }}, {{ no_end() }}) as last_business_date
    from {{ ref('fct_contracts') }} as contracts
    cross join context
    where context.profile = 'b2b_contract' and not contracts.is_draft
    union all
    select
        invoices.customer_key,
        invoices.invoice_date,
        {{ add_days('invoices.invoice_date', 'context.active_days') }},
        invoices.invoice_date
    from {{ ref('fct_invoices') }} as invoices
    cross join context
    where context.profile = 'b2b_project' and invoices.is_posted and invoices.document_type = 'invoice'
    union all
    select
        purchases.customer_key,
        purchases.purchase_date,
        {{ add_days('purchases.purchase_date', 'context.active_days') }},
        purchases.purchase_date
    from {{ ref('int_purchases') }} as purchases
    cross join context
    where context.profile = 'b2c'
),

known as (
    select windows.*
    from windows
    cross join context
    where windows.customer_key <> 'unassigned'
        and windows.active_from <= context.as_of_date
        and windows.active_until > windows.active_from
),

marked as (
    select
        *,
        max(active_until) over (
            partition by customer_key order by active_from, active_until rows between unbounded preceding and 1 preceding
        ) as earlier_until
    from known
),

numbered as (
    select
        *,
        sum(case when earlier_until is null or active_from > earlier_until then 1 else 0 end) over (
            partition by customer_key order by active_from, active_until rows between unbounded preceding and current row
        ) as spell_number
    from marked
),

final as (
    select
        customer_key,
        cast(spell_number as bigint) as spell_number,
        min(active_from) as active_from,
        max(active_until) as active_until,
        max(last_business_date) as last_business_date
    from numbered
    group by customer_key, spell_number
)

select * from final
