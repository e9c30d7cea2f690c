{{ config(schema='marts') }}

-- Customers of one group as one (rule R1): a customer belongs to the highest of up to three levels above him; who names
-- nobody above is a group of his own. Those below the largest are one row, others.
with heads as (

    select
        own.customer_key,
        coalesce(above.parent_customer_key, parents.parent_customer_key, own.parent_customer_key, own.customer_key) as group_key
    from {{ ref('dim_customers') }} as own
    left join {{ ref('dim_customers') }} as parents on parents.customer_key = own.parent_customer_key
    left join {{ ref('dim_customers') }} as above on above.customer_key = parents.parent_customer_key

),

summed as (

    select
        coalesce(heads.group_key, money.customer_key) as group_key,
        money.period_grain,
        money.period_start,
        sum(money.net_revenue) as net_revenue,
        sum(money.receivable_closing) as receivable_closing
    from {{ ref('int_metric_customer_periods') }} as money
    left join heads on heads.customer_key = money.customer_key
    group by coalesce(heads.group_key, money.customer_key), money.period_grain, money.period_start

),

ranked as (

    select
        *,
        row_number() over (
            partition by period_grain, period_start
            order by {{ as_flag("group_key = 'unassigned'") }}, net_revenue desc, group_key
        ) as revenue_rank
    from summed

),

placed as (

    select
        case
            when group_key = 'unassigned' or revenue_rank <= {{ concentration_customers() }} then group_key
            else 'others'
        end as group_key,
        period_grain,
        period_start,
        net_revenue,
        receivable_closing,
        group_key <> 'unassigned' and revenue_rank <= {{ concentration_customers() }} as is_top
    from ranked

),

final as (

    select
        group_key,
        period_grain,
        period_start,
        cast(sum(net_revenue) as decimal(18, 2)) as net_revenue,
        cast(sum(receivable_closing) as decimal(18, 2)) as receivable_closing,
        cast(sum(case when is_top then net_revenue else 0 end) as decimal(18, 2)) as top_net_revenue,
        cast(sum(case when is_top then receivable_closing when receivable_closing is not null then 0 end) as decimal(18, 2)) as top_receivable
    from placed
    group by group_key, period_grain, period_start

)

select * from final
