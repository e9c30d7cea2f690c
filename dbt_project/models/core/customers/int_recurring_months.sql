-- Monthly recurring revenue in force at each month end, in the currency of the contract (metric 37).
with contracts as (
    select * from {{ ref('fct_contracts') }} where is_recurring and not is_draft
),

final as (
    select
        contracts.customer_key,
        months.month_start,
        months.month_as_of_date,
        contracts.currency,
        cast(sum(contracts.document_monthly_recurring_amount) as decimal(18, 4)) as document_amount
    from contracts
    inner join {{ ref('int_months') }} as months
        on months.month_as_of_date >= contracts.starts_date
        and months.month_as_of_date < coalesce(contracts.in_force_until_date, {{ no_end() }})
    group by contracts.customer_key, months.month_start, months.month_as_of_date, contracts.currency
    having sum(contracts.document_monthly_recurring_amount) <> 0
)

select * from final
