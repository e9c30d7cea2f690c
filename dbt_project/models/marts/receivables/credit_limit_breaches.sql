-- Customers whose receivable was beyond their credit limit at the end of a month, with the limit as it stood then.
with context as (
    select reporting_currency from {{ ref('run_context') }}
),

months as (
    select
        customers.customer_key,
        customers.month_start,
        months.month_as_of_date as as_of_date,
        customers.owner_id,
        customers.region,
        customers.tier,
        customers.customer_type,
        customers.receivable_closing,
        customers.overdue_closing,
        limits.credit_limit,
        limits.currency,
        {{ converted('limits.credit_limit', 'rates') }} as limit_amount
    from {{ ref('customer_months') }} as customers
    cross join context
    inner join {{ ref('int_months') }} as months on months.month_start = customers.month_start
    inner join {{ ref('int_credit_limits') }} as limits
        on limits.customer_key = customers.customer_key
        and limits.valid_from <= months.month_as_of_date
        and limits.valid_until > months.month_as_of_date
    {{ join_rates('rates', 'coalesce(limits.currency, context.reporting_currency)', 'context.reporting_currency', 'months.month_as_of_date') }}
    where limits.credit_limit is not null
),

-- a limit without a usable rate is not known to be broken
broken as (
    select *, sum({{ as_flag('receivable_closing <= limit_amount or limit_amount is null') }}) over (
        partition by customer_key order by month_start rows between unbounded preceding and current row
    ) as kept_months
    from months
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
        cast(limit_amount as decimal(18, 2)) as credit_limit_amount,
        receivable_closing,
        cast(receivable_closing - limit_amount as decimal(18, 2)) as excess_amount,
        overdue_closing,
        cast(row_number() over (partition by customer_key, kept_months order by month_start) as bigint) as months_in_breach
    from broken
    where receivable_closing > limit_amount
)

select * from final
