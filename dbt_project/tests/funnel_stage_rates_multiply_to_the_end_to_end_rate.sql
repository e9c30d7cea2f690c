-- I10: the product of the stage rates of a cohort is the share of it that was won within the window.
with steps as (
    select *
    from {{ ref('conversion_funnel') }}
    where cohort_count > 0 and step is not null
),

ends as (
    select
        source_system,
        pipeline,
        month_start,
        max(cohort_count) as cohort_count,
        max(case when stage_outcome = 'won' then cohort_reached_count end) as won_count,
        -- a factor of zero makes the product zero, whatever else is in it
        max(case when stage_outcome = 'open' and coalesce(stage_conversion_rate, 0) = 0 then 1 else 0 end) as has_zero,
        sum(case when stage_outcome = 'open' and stage_conversion_rate > 0 then ln(stage_conversion_rate) else 0 end) as log_product
    from (
        select distinct source_system, pipeline, month_start, step, stage_outcome, cohort_count, cohort_reached_count, stage_conversion_rate
        from steps
    ) as one_row_a_step
    group by source_system, pipeline, month_start
)

select *
from ends
where won_count is not null
    and abs(case when has_zero = 1 then 0 else exp(log_product) end - cast(won_count as double) / cohort_count) > 0.000000001
