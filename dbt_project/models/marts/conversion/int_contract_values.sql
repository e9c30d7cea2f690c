-- What each contract is worth, on which day it was over, and how much of its term lay before the record of billing.
with context as (

    select as_of_date from {{ ref('run_context') }}

),

billing as (

    select {{ month_start('min(posted_date)') }} as billing_begins_date from {{ ref('fct_invoices') }}

),

values_of_contracts as (

    select contract_key, max(contract_value) as contract_value
    from {{ ref('contract_bookings') }}
    group by contract_key

),

contracts as (

    select
        contracts.*,
        values_of_contracts.contract_value,
        billing.billing_begins_date,
        coalesce(contracts.term_months, 12) as booked_months,
        coalesce(contracts.in_force_until_date, {{ no_end() }}) as in_force_until,
        -- a contract without an end is booked for a year
        coalesce({{ add_days('contracts.ends_date', 1) }}, {{ add_months('contracts.starts_date', 12) }}) as booked_until,
        row_number() over (partition by contracts.contract_id order by contracts.source_system, contracts.contract_key) as place
    from {{ ref('fct_contracts') }} as contracts
    cross join billing
    inner join values_of_contracts on contracts.contract_key = values_of_contracts.contract_key
    where not contracts.is_draft

),

final as (

    select
        contracts.contract_key,
        contracts.contract_id,
        -- an invoice names its contract by the number that the CRM gave it; where two systems gave one, it is the first's
        contracts.place = 1 as is_named_by_invoices,
        contracts.product_line,
        contracts.currency,
        contracts.contract_value,
        {{ safe_ratio('contracts.document_amount', 'contracts.amount') }} as documents_per_amount,
        contracts.billing_begins_date,
        -- on the last day of its term, or on the day of the cancellation or amendment that ended it before
        case
            when least(contracts.in_force_until, contracts.booked_until) > context.as_of_date then null
            when contracts.in_force_until < contracts.booked_until then contracts.in_force_until
            else {{ add_days('contracts.booked_until', -1) }}
        end as released_date,
        case when contracts.starts_date < contracts.billing_begins_date then coalesce({{ share_of_money(
            'contracts.contract_value',
            months_of_term('contracts.starts_date', 'least(contracts.billing_begins_date, contracts.in_force_until, contracts.booked_until)'),
            'contracts.booked_months'
        ) }}, 0) else 0 end as billed_before_amount
    from contracts
    cross join context

)

select * from final
