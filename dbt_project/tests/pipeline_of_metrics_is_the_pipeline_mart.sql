-- The pipeline by channel and tier is, day by day, the pipeline by owner of the mart.
with mart as (
    select snapshot_date, owner_id, sum(closing_count) as open_count, sum(closing_amount) as amount
    from {{ ref('opportunity_pipeline') }}
    group by snapshot_date, owner_id
),

metric as (
    select snapshot_date, owner, count(*) as open_count, sum(amount) as amount
    from {{ ref('int_metric_pipeline') }}
    where opportunity_key <> 'none'
    group by snapshot_date, owner
)

select metric.*, mart.open_count as mart_count, mart.amount as mart_amount
from metric
left join mart on mart.snapshot_date = metric.snapshot_date and mart.owner_id = metric.owner
where metric.open_count <> coalesce(mart.open_count, 0)
    -- the mart converts a day's balance of a currency at once, this each opportunity: up to half a cent each
    or abs(metric.amount - coalesce(mart.amount, 0)) > metric.open_count * cast(0.01 as decimal(18, 2))
