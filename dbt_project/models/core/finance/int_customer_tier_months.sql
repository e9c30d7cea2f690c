-- Rank by contribution profit of the last twelve months among the customers that had any result in them; by revenue where no
-- cost of goods stands at customers, because what is left of revenue is then not known (0012). The order is total, so equal
-- customers do not change places between runs. Shares count customers; a started customer belongs to the better tier.
with amounts as (
    select
        customer_key,
        month_start,
        net_revenue,
        contribution_profit,
        case
            when net_revenue <> 0 or coalesce(contribution_profit, coalesce(cost_to_serve, 0) + coalesce(direct_cost_amount, 0)) <> 0 then 1
            when order_count > 0 then 1
            else 0
        end as has_result
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
        last_twelve.customer_key,
        last_twelve.month_start,
        last_twelve.trailing_net_revenue,
        last_twelve.trailing_contribution_profit,
        {{ value_basis() }} as tier_basis,
        row_number() over (
            partition by last_twelve.month_start
            order by
                {{ customer_value('last_twelve.trailing_contribution_profit', 'last_twelve.trailing_net_revenue') }} desc,
                last_twelve.trailing_net_revenue desc,
                last_twelve.customer_key
        ) as tier_rank,
        count(*) over (partition by last_twelve.month_start) as ranked_count
    from last_twelve
    cross join {{ ref('int_profit_bases') }} as bases
    where last_twelve.trailing_has_result > 0
),

tiered as (
    select
        ranked.*,
        case
            when ranked.tier_rank <= ceil(context.tier_a_share * ranked.ranked_count) then 'A'
            when ranked.tier_rank <= ceil((context.tier_a_share + context.tier_b_share) * ranked.ranked_count) then 'B'
            else 'C'
        end as calculated_tier
    from ranked
    cross join {{ ref('run_context') }} as context
)

-- what people have decided stands before the rule, also for a customer that has nothing to be ranked by
select
    coalesce(tiered.customer_key, overrides.customer_key) as customer_key,
    coalesce(tiered.month_start, overrides.month_start) as month_start,
    coalesce(overrides.tier, tiered.calculated_tier) as tier,
    coalesce(tiered.calculated_tier, 'unranked') as calculated_tier,
    tiered.tier_basis,
    overrides.tier is not null as is_overridden,
    cast(tiered.tier_rank as bigint) as tier_rank,
    cast(tiered.ranked_count as bigint) as ranked_count,
    cast(tiered.trailing_contribution_profit as decimal(18, 2)) as trailing_contribution_profit,
    cast(tiered.trailing_net_revenue as decimal(18, 2)) as trailing_net_revenue
from tiered
full outer join {{ ref('int_tier_overrides') }} as overrides
    on overrides.customer_key = tiered.customer_key and overrides.month_start = tiered.month_start
