-- Metric 18 is never more than metric 17, what has no win rate stands beside it and not in it, and on the day of the run it is
-- the weight that open_opportunities shows.
select rows_of_metric.opportunity_key, rows_of_metric.snapshot_date
from {{ ref('int_metric_pipeline_state') }} as rows_of_metric
inner join {{ ref('int_metric_pipeline') }} as pipeline
    on pipeline.opportunity_key = rows_of_metric.opportunity_key
    and pipeline.snapshot_date = rows_of_metric.snapshot_date
left join {{ ref('open_opportunities') }} as today
    on today.opportunity_key = rows_of_metric.opportunity_key
cross join {{ ref('run_context') }} as context
where rows_of_metric.weighted_amount > pipeline.amount
    or (rows_of_metric.weighted_amount is null and rows_of_metric.unweighted_amount <> pipeline.amount)
    or (rows_of_metric.weighted_amount is not null and rows_of_metric.unweighted_amount <> 0)
    or (
        rows_of_metric.snapshot_date = context.as_of_date
        and coalesce(rows_of_metric.weighted_amount, 0) <> coalesce(today.weighted_amount, 0)
    )
