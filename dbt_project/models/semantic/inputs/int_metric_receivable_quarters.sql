{{ config(schema='marts') }}

-- Receivable and billings of the three months that end with each month: the rolling variant of metric 70.
with months as (

    select
        month_start,
        sum(days_seen) over (order by month_start rows between 2 preceding and current row) as days,
        row_number() over (order by month_start) as position
    from {{ ref('int_finance_months') }}

),

summed as (

    select
        customer_key,
        month_start,
        receivable_closing as closing_amount,
        -- rows are dense from the customer's first month on, before which he owed nothing
        coalesce(lag(receivable_closing, 3) over (partition by customer_key order by month_start), 0) as opening_amount,
        sum(billed_gross_amount) over (
            partition by customer_key order by month_start rows between 2 preceding and current row
        ) as billed_amount
    from {{ ref('int_customer_month_amounts') }}

),

final as (

    select
        summed.customer_key,
        summed.month_start,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        cast(summed.billed_amount as decimal(18, 2)) as billed_amount,
        {{ to_money('(summed.opening_amount + summed.closing_amount) * months.days * 0.5') }} as receivable_days_amount
    from summed
    inner join months on months.month_start = summed.month_start and months.position >= 3
    {{ join_segments('summed', 'summed.month_start') }}

)

select * from final
