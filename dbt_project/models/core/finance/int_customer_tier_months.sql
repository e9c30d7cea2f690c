-- Rank by contribution profit of the last twelve months among the customers that had any result in them. The order
-- is total, so equal customers do not change places between runs. Shares count customers; a started customer
-- belongs to the better tier.
with amounts as (
    select
        customer_key,
        month_start,
        net_revenue,
        contribution_profit,
        case when net_revenue <> 0 or contribution_profit <> 0 or order_count > 0 then 1 else 0 end as has_result
    from {{ ref('int_customer_month_amounts') }}
    where customer_key <> 'unassigned'
),

last_twelve as (
    select
        customer_key,
        month_start,
        {%- for column in ['net_revenue', 'contribution_profit', 'has_result'] %}
        sum({{ column }}) over (
            partition by customer_key order by month_start rows between 11 preceding and current row
        ) as trailing_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from amounts
),

ranked as (
    select
        customer_key,
        month_start,
        trailing_net_revenue,
        trailing_contribution_profit,
        row_number() over (
            partition by month_start
            order by trailing_contribution_profit desc, trailing_net_revenue desc, customer_key
        ) as tier_rank,
        count(*) over (partition by month_start) as ranked_count
    from last_twelve
    where trailing_has_result > 0
)

select
    ranked.customer_key,
    ranked.month_start,
    case
        when ranked.tier_rank <= ceil(context.tier_a_share * ranked.ranked_count) then 'A'
        when ranked.tier_rank <= ceil((context.tier_a_share + context.tier_b_share) * ranked.ranked_count) then 'B'
        else 'C'
    end as tier,
    cast(ranked.tier_rank as bigint) as tier_rank,
    cast(ranked.ranked_count as bigint) as ranked_count,
    cast(ranked.trailing_contribution_profit as decimal(18, 2)) as trailing_contribution_profit,
    cast(ranked.trailing_net_revenue as decimal(18, 2)) as trailing_net_revenue
from ranked
cross join {{ ref('run_context') }} as context
