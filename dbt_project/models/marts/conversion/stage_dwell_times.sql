-- Kaplan-Meier, as for lifetimes: a stay that goes on is at risk up to its age and then lost from sight. The median is the first
-- day by which half of the stays have ended; where so many never were seen to end there is none.
with members as (
    {%- for dimension in ['total', 'owner', 'team', 'region', 'channel', 'product_line'] %}
    select
        period_grain, period_start, source_system, pipeline, stage,
        '{{ dimension }}' as dimension_name, {{ "'total'" if dimension == 'total' else dimension }} as dimension_value,
        stay_days, is_ended, is_zero_day
    from {{ ref('int_stage_stays') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

days as (
    select
        period_grain, period_start, source_system, pipeline, stage, dimension_name, dimension_value, stay_days,
        sum(is_ended) as ended,
        sum(1 - is_ended) as censored,
        sum(is_zero_day) as zero_days
    from members
    group by period_grain, period_start, source_system, pipeline, stage, dimension_name, dimension_value, stay_days
),

at_risk as (
    select
        *,
        sum(ended + censored) over (
            partition by period_grain, period_start, source_system, pipeline, stage, dimension_name, dimension_value
            order by stay_days desc rows between unbounded preceding and current row
        ) as at_risk
    from days
),

survived as (
    select
        *,
        max({{ as_flag('ended = at_risk') }}) over life as all_ended,
        {{ same_double("exp(sum(case when ended < at_risk then ln(1 - cast(ended as double) / at_risk) else 0 end) over life)") }}
            as survival
    from at_risk
    window life as (
        partition by period_grain, period_start, source_system, pipeline, stage, dimension_name, dimension_value
        order by stay_days rows between unbounded preceding and current row
    )
),

final as (
    select
        period_grain,
        period_start,
        source_system,
        pipeline,
        stage,
        dimension_name,
        dimension_value,
        cast(sum(ended) as bigint) as ended_count,
        cast(sum(censored) as bigint) as censored_count,
        cast(sum(zero_days) as bigint) as zero_day_count,
        cast(min(case when all_ended = 1 or survival <= 0.5 then stay_days end) as bigint) as median_days,
        cast(min(case when all_ended = 1 or survival <= 0.25 then stay_days end) as bigint) as p75_days
    from survived
    group by period_grain, period_start, source_system, pipeline, stage, dimension_name, dimension_value
)

select * from final
