with months as (
    select customer_key, month_start, owner_id, region, customer_type, tier
    from {{ ref('customer_months') }}
    where customer_key <> 'unassigned'
),

latest as (
    select max(month_start) as latest_month from {{ ref('int_months') }}
),

compared as (
    select
        *,
        lag(tier) over (partition by customer_key order by month_start) as previous_tier
    from months
),

final as (
    select
        compared.customer_key,
        compared.month_start,
        compared.month_start = latest.latest_month as is_current,
        compared.owner_id,
        compared.region,
        compared.customer_type,
        compared.tier,
        compared.previous_tier,
        case
            when compared.previous_tier is null then 'first'
            when compared.tier = compared.previous_tier then 'same'
            when compared.previous_tier = 'unranked' then 'ranked'
            when compared.tier = 'unranked' then 'dropped_out'
            when compared.tier < compared.previous_tier then 'up'
            else 'down'
        end as tier_change,
        ranks.tier_rank,
        ranks.ranked_count,
        ranks.trailing_contribution_profit,
        ranks.trailing_net_revenue
    from compared
    cross join latest
    left join {{ ref('int_customer_tier_months') }} as ranks
        on ranks.customer_key = compared.customer_key and ranks.month_start = compared.month_start
)

select * from final
