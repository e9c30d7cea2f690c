"""Which published values are beyond a limit and worth a word, as one query over schema metrics."""

# A period counts when its last day is over, or is the day of the run; a balance counts at any time.
BREACHES = """
with ends as (
    select
        v.*,
        case v.period_grain
            when 'day' then v.period_start + 1
            when 'week' then v.period_start + 7
            when 'month' then (v.period_start + interval 1 month)::date
            when 'quarter' then (v.period_start + interval 3 month)::date
            else (v.period_start + interval 1 year)::date
        end as period_end,
        c.label_en, c.label_zh, c.owner, c.direction, c.additivity, c.action_en, c.action_zh, c.matures_after_days,
        d.unit as denominator_unit
    from metrics.metric_values as v
    inner join metrics.metric_catalogue as c on v.metric_name = c.metric_name
    left join metrics.metric_catalogue as d on c.denominator_metric = d.metric_name
    where v.variant = 'default' and v.period_start <= v.as_of
),

-- The shortest grain with a limit speaks at any time; a longer one only while its period is fresh, else a bad year
-- would be told all through the next.
finest as (
    select metric_name, min(period_end - period_start) as days
    from ends
    where limit_status <> 'none'
    group by metric_name
),

finished as (
    select * from ends where period_end <= as_of + 1 or additivity = 'semi_additive'
),

-- What happened in a period may take time to show. Until then the newest period that is mature speaks, and it is as
-- fresh as if it had ended when it matured.
newest as (
    select metric_name, period_grain, max(period_start) as period_start
    from finished
    where null_reason is distinct from 'immature'
    group by metric_name, period_grain
)

select finished.*, period_end - finished.period_start as days
from finished
inner join finest on finished.metric_name = finest.metric_name
inner join newest
    on finished.metric_name = newest.metric_name
    and finished.period_grain = newest.period_grain
    and finished.period_start = newest.period_start
where limit_status in ('warning', 'critical')
    and (
        period_end - finished.period_start <= finest.days + 3
        or period_end > as_of - (31 + coalesce(matures_after_days, 0))::int
    )
-- a member speaks for its shortest period
qualify row_number() over (
    partition by finished.metric_name, dimension_name, dimension_value
    order by period_end - finished.period_start, period_end desc
) = 1
order by
    finished.metric_name,
    dimension_name <> 'total',
    limit_status,
    case when direction = 'higher_better' then value else -value end,
    dimension_name,
    dimension_value
"""
