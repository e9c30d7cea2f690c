-- How often customers of each health band were no longer active 90 days later: the probability of churn while there is no
-- model (metric 56). Of each measured day it is what was known on it: of the last three month ends 90 days before, so that a
-- past week keeps its figure. A band with too few customers takes the rate of its half, the low one or the high one: the rate
-- of all is mostly that of those who are well. Where the half has too few as well, it is the rate of all.
with context as (
    select minimum_base from {{ ref('run_context') }}
),

days as (
    select distinct {{ rates_observed_before('snapshot_date') }} as observed_before_date
    from {{ ref('int_health_snapshots') }}
    where is_published
),

month_ends as (
    {%- for months in range(3) %}
    select observed_before_date, {{ add_days(add_months('observed_before_date', '-' ~ months), -1) }} as observed_date from days
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

observed as (
    select
        month_ends.observed_before_date,
        {{ risk_band('scores.health_score') }} as risk_band,
        scores.customer_key,
        {{ as_flag('later.customer_key is null') }} as has_churned
    from month_ends
    inner join {{ ref('int_health_scores') }} as scores on scores.snapshot_date = month_ends.observed_date
    {{ join_spells('later', 'scores', add_days('scores.snapshot_date', 90)) }}
),

overall as (
    select observed_before_date, count(*) as observation_count, sum(has_churned) as churned_count
    from observed
    group by observed_before_date
),

bands as (
    {%- for band, half in [
        ('critical', 'low'), ('weak', 'low'), ('fair', 'high'), ('good', 'high'), ('no_score', 'no_score'),
    ] %}
    select observed_before_date, '{{ band }}' as risk_band, '{{ half }}' as half from days
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

halves as (
    select
        bands.observed_before_date,
        bands.half,
        count(*) as observation_count,
        count(distinct observed.customer_key) as customer_count,
        sum(observed.has_churned) as churned_count
    from bands
    inner join observed
        on observed.risk_band = bands.risk_band and observed.observed_before_date = bands.observed_before_date
    group by bands.observed_before_date, bands.half
),

counted as (
    select
        bands.observed_before_date,
        bands.risk_band,
        bands.half,
        count(observed.customer_key) as observation_count,
        count(distinct observed.customer_key) as customer_count,
        sum(coalesce(observed.has_churned, 0)) as churned_count
    from bands
    left join observed
        on observed.risk_band = bands.risk_band and observed.observed_before_date = bands.observed_before_date
    group by bands.observed_before_date, bands.risk_band, bands.half
),

final as (
    select
        counted.observed_before_date,
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
    left join overall on overall.observed_before_date = counted.observed_before_date
    left join halves on halves.half = counted.half and halves.observed_before_date = counted.observed_before_date
)

select * from final
