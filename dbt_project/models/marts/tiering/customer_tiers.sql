-- Ranks, shares and the whale curve are those of the rule: what people decide about a tier moves nobody's rank.
with months as (
    select customer_key, month_start, owner_id, region, customer_type, tier, receivable_closing
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

ranks as (
    select
        *,
        sum(trailing_contribution_profit) over (
            partition by month_start order by tier_rank nulls last, customer_key rows between unbounded preceding and current row
        ) as cumulative_contribution_profit
    from {{ ref('int_customer_tier_months') }}
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
        coalesce(ranks.calculated_tier, 'unranked') as calculated_tier,
        ranks.tier_basis,
        coalesce(ranks.is_overridden, false) as is_overridden,
        overrides.reason as override_reason,
        overrides.decided_by as override_decided_by,
        overrides.valid_until as override_until_date,
        ranks.tier_rank,
        ranks.ranked_count,
        ranks.trailing_contribution_profit,
        ranks.trailing_net_revenue,
        -- a share of a loss says nothing, nor does one where the cost of goods stands at nobody
        case when totals.contribution_profit > 0 and bases.names_cogs
            then {{ safe_ratio('coalesce(ranks.trailing_contribution_profit, 0)', 'totals.contribution_profit') }} end as contribution_share,
        case when totals.contribution_profit > 0 and bases.names_cogs
            then {{ safe_ratio('ranks.cumulative_contribution_profit', 'totals.contribution_profit') }} end as cumulative_contribution_share,
        {{ safe_ratio('ranks.tier_rank', 'ranks.ranked_count') }} as cumulative_customer_share,
        case when totals.net_revenue > 0
            then {{ safe_ratio('coalesce(ranks.trailing_net_revenue, 0)', 'totals.net_revenue') }} end as revenue_share,
        compared.receivable_closing,
        case when totals.receivable > 0 then {{ safe_ratio('compared.receivable_closing', 'totals.receivable') }} end as receivable_share
    from compared
    cross join latest
    cross join {{ ref('int_profit_bases') }} as bases
    {%- for name, relation in [('ranks', 'ranks'), ('overrides', ref('int_tier_overrides'))] %}
    left join {{ relation }} as {{ name }}
        on {{ name }}.customer_key = compared.customer_key and {{ name }}.month_start = compared.month_start
    {%- endfor %}
    left join {{ ref('int_value_totals') }} as totals on totals.month_start = compared.month_start
)

select * from final
