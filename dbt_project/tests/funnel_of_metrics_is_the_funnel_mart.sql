-- Cohorts by owner and channel sum to those of the funnel.
with mart as (
    select month_start, stage, sum(cohort_reached_count) as reached, sum(cohort_reached_next_count) as reached_next
    from {{ ref('conversion_funnel') }}
    where stage_outcome = 'open'
    group by month_start, stage
),

metric as (
    select cohort_month, stage, count(*) as reached, sum(is_next_reached) as reached_next
    from {{ ref('int_metric_funnel') }}
    group by cohort_month, stage
)

select mart.*, metric.reached as metric_reached, metric.reached_next as metric_reached_next
from mart
full outer join metric on metric.cohort_month = mart.month_start and metric.stage = mart.stage
where coalesce(mart.reached, 0) <> coalesce(metric.reached, 0)
    or coalesce(mart.reached_next, 0) <> coalesce(metric.reached_next, 0)
