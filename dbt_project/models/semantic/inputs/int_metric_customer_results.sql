{{ config(schema='marts') }}

with results as (

    select
        results.*,
        starts.first_active_date,
        coalesce(allocations.allocated_amount, 0) as allocated_service_amount
    from {{ ref('customer_profitability') }} as results
    left join {{ ref('int_customer_starts') }} as starts on results.customer_key = starts.customer_key and starts.is_proven_new
    left join {{ ref('cost_allocations') }} as allocations
        on results.customer_key = allocations.customer_key
        and results.month_start = allocations.month_start
        and allocations.pool = 'service'

),

joined as (

    select
        results.*,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        case when results.customer_key <> 'unassigned' then coalesce(segments.service_minutes, 0) / 60.0 else 0 end
            as known_hours,
        case when results.customer_key <> 'unassigned' then greatest(results.net_revenue, 0) else 0 end as known_revenue
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
        -- revenue of a customer in the month of his first active day and the eleven after it
        case when first_active_date is not null
            and {{ months_between_starts('first_active_date', 'month_start') }} between 0 and 11
            then net_revenue else 0 end as new_customer_revenue,
        net_profit,
        greatest(average_receivable, 0) as average_receivable,
        case when customer_key <> 'unassigned' then greatest(net_revenue, 0) else 0 end as positive_revenue,
        -- the pool that 'unassigned' holds in the ledger goes to those who took the minutes
        cast(cost_to_serve - service_unattributed_amount + allocated_service_amount as decimal(18, 2)) as cost_to_serve,
        cast(known_hours as decimal(18, 6)) as service_hours,
        -- the hours that the revenue of the month would have cost at the company's mean
        cast(coalesce({{ safe_ratio('known_revenue * sum(known_hours) over (partition by month_start)',
            'sum(known_revenue) over (partition by month_start)') }}, 0) as decimal(18, 6)) as expected_service_hours,
        cast(sum(contribution_profit) over (
            partition by customer_key order by month_start rows between unbounded preceding and current row
        ) as decimal(18, 2)) as historic_contribution
    from joined

)

select * from final
