-- Customers whose receivable was beyond their credit limit at the end of a month, with the limit as it stood then.
with months as (
    select *, sum(1 - is_breach) over (
        partition by customer_key order by month_start rows between unbounded preceding and current row
    ) as kept_months
    from {{ ref('int_metric_credit_limits') }}
),

final as (
    select
        month_start,
        as_of_date,
        customer_key,
        owner_id,
        region,
        tier,
        customer_type,
        credit_limit_amount,
        receivable_closing,
        excess_amount,
        overdue_closing,
        cast(row_number() over (partition by customer_key, kept_months order by month_start) as bigint) as months_in_breach
    from months
    where is_breach = 1
)

select * from final
