{{ config(schema='marts') }}

with results as (

    select
        results.*,
        starts.first_active_date
    from {{ ref('customer_profitability') }} as results
    left join {{ ref('int_customer_starts') }} as starts on results.customer_key = starts.customer_key and starts.is_proven_new

),

joined as (

    select
        results.*,
        -- the month of his first active day and the eleven after it, and the three before it, in which he may be billed ahead
        coalesce(
            results.month_start >= {{ billed_ahead_from('results.first_active_date') }}
            and {{ months_between_starts('results.first_active_date', 'results.month_start') }} <= 11, false
        ) as is_new,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }}
    from results
    {{ join_segments('results', 'results.month_start') }}

),

final as (

    select
        customer_key,
        month_start,
        channel,
        region,
        owner,
        tier,
        customer_type,
        case when is_new then net_revenue else 0 end as new_customer_revenue,
        case when is_new or customer_key = 'unassigned' then 0 else net_revenue end as existing_customer_revenue,
        net_profit,
        greatest(average_receivable, 0) as average_receivable,
        case when customer_key <> 'unassigned' then greatest(net_revenue, 0) else 0 end as positive_revenue,
        cost_to_serve,
        cast(sum(contribution_profit) over (
            partition by customer_key order by month_start rows between unbounded preceding and current row
        ) as decimal(18, 2)) as historic_contribution,
        cast(sum(net_revenue) over (
            partition by customer_key order by month_start rows between unbounded preceding and current row
        ) as decimal(18, 2)) as historic_revenue
    from joined

)

select * from final
