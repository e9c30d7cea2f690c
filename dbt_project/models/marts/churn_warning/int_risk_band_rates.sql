-- How often customers of each health band were no longer active 90 days later: the probability of churn while there is no
-- model (metric 56). A band with too few customers takes the rate of its half, the low one or the high one: the rate of all
-- is mostly that of those who are well. Where the half has too few as well, it is the rate of all.
with context as (
    select as_of_date, minimum_base from {{ ref('run_context') }}
),

observed as (
    select
        {{ risk_band('scores.health_score') }} as risk_band,
        scores.customer_key,
        {{ as_flag('later.customer_key is null') }} as has_churned
    from {{ ref('int_health_scores') }} as scores
    inner join {{ ref('int_health_snapshots') }} as snapshots
        on snapshots.snapshot_date = scores.snapshot_date and snapshots.is_weekly and snapshots.is_published
    inner join context on scores.snapshot_date <= {{ add_days('context.as_of_date', -90) }}
    {{ join_spells('later', 'scores', add_days('scores.snapshot_date', 90)) }}
),

overall as (
    select count(*) as observation_count, sum(has_churned) as churned_count from observed
),

bands as (
    select 'critical' as risk_band, 'low' as half from context
    union all
    select 'weak', 'low' from context
    union all
    select 'fair', 'high' from context
    union all
    select 'good', 'high' from context
    union all
    select 'no_score', 'no_score' from context
),

halves as (
    select
        bands.half,
        count(*) as observation_count,
        count(distinct observed.customer_key) as customer_count,
        sum(observed.has_churned) as churned_count
    from bands
    inner join observed on observed.risk_band = bands.risk_band
    group by bands.half
),

counted as (
    select
        bands.risk_band,
        bands.half,
        count(observed.customer_key) as observation_count,
        count(distinct observed.customer_key) as customer_count,
        sum(coalesce(observed.has_churned, 0)) as churned_count
    from bands
    left join observed on observed.risk_band = bands.risk_band
    group by bands.risk_band, bands.half
),

final as (
    select
        counted.risk_band,
        cast(counted.observation_count as bigint) as observation_count,
        cast(counted.churned_count as bigint) as churned_count,
        case
            when counted.customer_count >= context.minimum_base then 'band'
            when halves.customer_count >= context.minimum_base then 'half'
            else 'all'
        end as rate_basis,
        case
            when counted.customer_count >= context.minimum_base
                then {{ safe_ratio('counted.churned_count', 'counted.observation_count') }}
            when halves.customer_count >= context.minimum_base
                then {{ safe_ratio('halves.churned_count', 'halves.observation_count') }}
            else {{ safe_ratio('overall.churned_count', 'overall.observation_count') }}
        end as churn_probability
    from counted
    cross join context
    cross join overall
    left join halves on halves.half = counted.half
)

select * from final
