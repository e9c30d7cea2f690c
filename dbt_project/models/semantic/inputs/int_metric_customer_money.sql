{{ config(schema='marts') }}

-- Most months of a customer who is only known hold nothing. A month that begins or ends with a balance holds something,
-- so the first and the last month kept of a period have its opening and its closing balance.
-- Where nobody knows what was paid, who was billed before may still owe.
with billings as (

    select *, sum(billed_gross_amount) over (
        partition by customer_key order by month_start rows between unbounded preceding and current row
    ) as billed_so_far
    from {{ ref('customer_months') }}

),

months as (

    select * from billings
    where net_revenue <> 0 or complaint_count <> 0 or billed_gross_amount <> 0
        or receivable_opening <> 0 or receivable_closing <> 0 or service_minutes <> 0 or order_count <> 0
        or (receivable_closing is null and billed_so_far <> 0)

),

summed as (
    {% for grain in ['month', 'quarter', 'year'] %}
    select
        customer_key,
        '{{ grain }}' as period_grain,
        {{ period_start(grain, 'month_start') }} as period_start,
        sum(net_revenue) as net_revenue,
        sum(complaint_count) as complaint_count,
        sum(service_minutes) as service_minutes,
        sum(order_count) as order_count,
        sum(billed_gross_amount) as billed_gross_amount,
        min_by(receivable_opening, month_start) as receivable_opening,
        max_by(receivable_closing, month_start) as receivable_closing,
        max(month_start) as last_month
    from months
    group by customer_key, {{ period_start(grain, 'month_start') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (

    select
        summed.*,
        months.owner_id,
        months.region,
        months.tier,
        months.customer_type,
        months.acquisition_channel
    from summed
    inner join months
        on summed.customer_key = months.customer_key
        and summed.last_month = months.month_start

)

select * from final
