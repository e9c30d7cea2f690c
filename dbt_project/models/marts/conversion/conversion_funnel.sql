with converted as (

    -- what has no rate is in no total, and the bridge closes without it
    select
        source_system, pipeline, stage, currency, month_start,
        entered_count, advanced_count, moved_back_count, won_count, lost_count, disqualified_count, finished_count, closing_count,
        coalesce({{ to_money('entered_amount * rate') }}, 0) as entered_amount,
        coalesce({{ to_money('left_amount * rate') }}, 0) as left_amount,
        coalesce({{ to_money('changed_amount * rate') }}, 0) as amount_change,
        coalesce({{ to_money('closing_amount * rate') }}, 0) as closing_amount,
        case when rate is null and closing_amount <> 0 then 1 else 0 end as missing_rates
    from {{ ref('int_stage_months') }}

),

opened as (

    select
        *,
        coalesce(lag(closing_count) over life, 0) as opening_count,
        coalesce(lag(closing_amount) over life, 0) as opening_amount
    from converted
    window life as (partition by source_system, pipeline, stage, currency order by month_start)

),

summed as (

    select
        source_system,
        pipeline,
        stage,
        month_start,
        {%- for column in ['opening', 'entered', 'advanced', 'moved_back', 'won', 'lost', 'disqualified', 'finished', 'closing'] %}
        cast(sum({{ column }}_count) as bigint) as {{ column }}_count,
        {%- endfor %}
        {%- for column in ['opening_amount', 'entered_amount', 'left_amount', 'amount_change', 'closing_amount'] %}
        cast(sum({{ column }}) as decimal(18, 2)) as {{ column }},
        {%- endfor %}
        max(missing_rates) = 1 as is_missing_rate
    from opened
    group by source_system, pipeline, stage, month_start

),

dwell as (

    select
        source_system,
        pipeline,
        stage,
        {{ month_start('exited_date') }} as month_start,
        {{ median_of('dwell_days') }} as median_dwell_days
    from {{ ref('fct_opportunity_stages') }}
    where dwell_days is not null
    group by source_system, pipeline, stage, {{ month_start('exited_date') }}

),

-- a stage that nobody has entered yet has no movement, and yet its place in the cohorts
grain as (

    select source_system, pipeline, stage, month_start from summed
    union
    select source_system, pipeline, stage, month_start from {{ ref('int_funnel_steps') }}

),

final as (

    select
        grain.source_system,
        grain.pipeline,
        grain.stage,
        grain.month_start,
        positions.step,
        coalesce(positions.outcome, 'open') as stage_outcome,
        {%- for column in ['opening', 'entered', 'advanced', 'moved_back', 'won', 'lost', 'disqualified', 'finished'] %}
        coalesce(summed.{{ column }}_count, 0) as {{ column }}_count,
        {%- endfor %}
        coalesce(summed.advanced_count + summed.moved_back_count + summed.won_count + summed.lost_count
            + summed.disqualified_count + summed.finished_count, 0) as left_count,
        coalesce(summed.closing_count, 0) as closing_count,
        {%- for column in ['opening_amount', 'entered_amount', 'left_amount', 'amount_change'] %}
        coalesce(summed.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        cast(coalesce(summed.closing_amount - summed.opening_amount - summed.entered_amount + summed.left_amount
            - summed.amount_change, 0) as decimal(18, 2)) as currency_effect,
        coalesce(summed.closing_amount, 0) as closing_amount,
        coalesce(summed.is_missing_rate, false) as is_missing_rate,
        dwell.median_dwell_days,
        coalesce(cohorts.cohort_count, 0) as cohort_count,
        coalesce(cohorts.cohort_reached_count, 0) as cohort_reached_count,
        cohorts.cohort_reached_next_count,
        {{ safe_ratio('cohorts.cohort_reached_next_count', 'cohorts.cohort_reached_count') }} as stage_conversion_rate,
        coalesce(cohorts.is_cohort_immature, false) as is_cohort_immature
    from grain
    left join summed
        on grain.source_system = summed.source_system and grain.pipeline = summed.pipeline
        and grain.stage = summed.stage and grain.month_start = summed.month_start
    left join {{ ref('int_funnel_steps') }} as cohorts
        on grain.source_system = cohorts.source_system and grain.pipeline = cohorts.pipeline
        and grain.stage = cohorts.stage and grain.month_start = cohorts.month_start
    left join dwell
        on grain.source_system = dwell.source_system and grain.pipeline = dwell.pipeline
        and grain.stage = dwell.stage and grain.month_start = dwell.month_start
    left join {{ ref('int_stage_positions') }} as positions
        on grain.source_system = positions.source_system and grain.pipeline = positions.pipeline
        and grain.stage = positions.stage

)

select * from final
