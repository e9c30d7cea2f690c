with context as (
    select limit_health_score, limit_health_drop from {{ ref('run_context') }}
),

scores as (
    select * from {{ ref('int_health_scores') }}
),

-- where no cost of goods stands at customers, revenue is no margin; where none is brought, neither is known
known as (
    select
        revenue_basis <> 'missing' as has_revenue,
        names_cogs and revenue_basis <> 'missing' as has_margin
    from {{ ref('int_profit_bases') }}
),

final as (
    select
        scores.customer_key,
        scores.snapshot_date,
        snapshots.is_current,
        snapshots.is_weekly,
        coalesce(attributes.owner_id, 'unassigned') as owner_id,
        coalesce(attributes.region, 'unknown') as region,
        coalesce(attributes.customer_type, 'unassigned') as customer_type,
        coalesce(tiers.tier, 'unranked') as tier,
        scores.health_score,
        scores.component_count,
        scores.component_count < {{ health_components() | length }} as is_reweighted,
        {%- for component in health_components() %}
        scores.{{ component }}_points,
        scores.{{ component }}_contribution,
        {%- endfor %}
        changes.score_change,
        {%- for component in health_components() %}
        changes.{{ component }}_change,
        {%- endfor %}
        changes.is_weight_change,
        coalesce(scores.health_score < context.limit_health_score, false) as is_below_limit,
        {{ is_health_drop('changes') }} as is_drop,
        rates.risk_band,
        rates.churn_probability,
        rates.rate_basis as churn_rate_basis,
        case when known.has_margin then coalesce(results.trailing_contribution_profit, 0) end as expected_margin,
        case when known.has_revenue then coalesce(results.trailing_net_revenue, 0) end as expected_revenue,
        -- who costs more than he brings is a saving, outside the sum at risk
        {{ to_money(as_decimal(
            'case when known.has_margin then rates.churn_probability'
            ~ ' * greatest(cast(coalesce(results.trailing_contribution_profit, 0) as double), 0) end'
        )) }} as margin_at_risk,
        {{ to_money(as_decimal(
            'case when known.has_revenue then rates.churn_probability'
            ~ ' * greatest(cast(coalesce(results.trailing_net_revenue, 0) as double), 0) end'
        )) }} as revenue_at_risk,
        {{ to_money(as_decimal(
            'case when known.has_margin then rates.churn_probability'
            ~ ' * greatest(-cast(coalesce(results.trailing_contribution_profit, 0) as double), 0) end'
        )) }} as saving
    from scores
    cross join context
    cross join known
    inner join {{ ref('int_health_snapshots') }} as snapshots
        on snapshots.snapshot_date = scores.snapshot_date and snapshots.is_published
    inner join {{ ref('int_risk_band_rates') }} as rates
        on rates.risk_band = {{ risk_band('scores.health_score') }}
        and rates.observed_before_date = {{ rates_observed_before('scores.snapshot_date') }}
    left join {{ ref('int_health_changes') }} as changes
        on changes.customer_key = scores.customer_key and changes.snapshot_date = scores.snapshot_date
    left join {{ ref('int_customer_tier_months') }} as results
        on results.customer_key = scores.customer_key and results.month_start = snapshots.result_month
    left join {{ ref('int_customer_tier_months') }} as tiers
        on tiers.customer_key = scores.customer_key and tiers.month_start = snapshots.tier_month
    {{ join_history('attributes', 'scores', 'scores.snapshot_date') }}
)

select * from final
