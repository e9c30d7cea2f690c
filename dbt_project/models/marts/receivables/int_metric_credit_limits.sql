-- Who keeps his limit is there too, so that a month without a breach is a month. Without payments nobody knows who does.
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
        {{ converted('limits.credit_limit', 'rates') }} as credit_limit_amount
    from {{ ref('customer_months') }} as customers
    cross join context
    inner join {{ ref('int_months') }} as months on months.month_start = customers.month_start
    inner join {{ ref('int_credit_limits') }} as limits
        on limits.customer_key = customers.customer_key
        and limits.valid_from <= months.month_as_of_date
        and limits.valid_until > months.month_as_of_date
    {{ join_rates('rates', 'coalesce(limits.currency, context.reporting_currency)', 'context.reporting_currency', 'months.month_as_of_date') }}
    where limits.credit_limit is not null and customers.receivable_closing is not null
),

final as (
    select
        *,
        -- a limit without a usable rate is not known to be broken
        {{ as_flag('receivable_closing > credit_limit_amount') }} as is_breach,
        cast(case when receivable_closing > credit_limit_amount then receivable_closing - credit_limit_amount else 0 end
            as decimal(18, 2)) as excess_amount
    from months
)

select * from final
