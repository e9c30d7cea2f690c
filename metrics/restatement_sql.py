"""The comparison of closed figures with those known now, and the attribution of causes, in set-based SQL.

Reads metrics.metric_values and the temporary tables whose columns stand here; None is the type of a figure.
"""

import pyarrow as pa

from metrics.closing import KEPT

REPORTED = [
    ("metric_name", pa.string()),
    ("period_grain", pa.string()),
    ("period_start", pa.date32()),
    ("dimension_name", pa.string()),
    ("dimension_value", pa.string()),
    ("variant", pa.string()),
    ("reported_version", pa.string()),
    ("value", None),
    ("closed_at", pa.timestamp("us")),
]
CHANGES = [
    ("closed_at", pa.timestamp("us")),
    ("entity", pa.string()),
    ("kind", pa.string()),
    ("event_month", pa.date32()),
    ("row_count", pa.int64()),
]
METRICS = [
    ("metric_name", pa.string()),
    ("variant", pa.string()),
    ("is_sum", pa.bool_()),
    ("is_flow_of_money", pa.bool_()),
    ("depends_on_identity", pa.bool_()),
    ("is_money", pa.bool_()),
    ("definition_version", pa.int64()),
]

# A version is that of the definition with the fingerprints of the SQL and of the settings: 2/5f0c9a11/77ab3e02.
#
# A member that is absent on one side sums to nothing there, where the metric was published by its dimension at closing
# and still is. A figure that was immature when its month was closed, or
# could not be shown, was not reported: that it is there now is no restatement. A month that a metric no longer goes
# back to (it has no total there) is not known otherwise.
#
# Rows of the period's own months can change any figure of it. Earlier ones can change all but a sum of money of the
# period, which is looked at only when its own months have none. Rows of later months are named only when nothing else
# came. A sum of money in total does not depend on who is who, unless its definition says so. Other SQL or settings are
# a kind of change like these.
WRITE = f"""
insert into metrics.metric_restatements
with closings as (
    select distinct metric_name, period_grain, period_start, variant, closed_at, reported_version from reported_figures
),
catalogue as (
    select
        coalesce(variant_of, metric_name) as metric_name,
        coalesce(variant, 'default') as variant,
        coalesce(sql_fingerprint, '') as sql_fingerprint,
        coalesce(settings_fingerprint, '') as settings_fingerprint
    from metrics.metric_catalogue
),
-- what was not published by a dimension when the period was closed is no member that was nothing then
reported_dimensions as (
    select metric_name, variant, dimension_name, min(closed_at) as since from reported_figures group by all
),
computed_dimensions as (
    select distinct metric_name, variant, dimension_name from metrics.metric_values
),
computed as (
    select metric_name, period_grain, period_start, variant from metrics.metric_values where dimension_name = 'total'
),
known as (
    select found.*, closings.closed_at, closings.reported_version
    from metrics.metric_values as found
    inner join closings
        on closings.metric_name = found.metric_name
        and closings.period_grain = found.period_grain
        and closings.period_start = found.period_start
        and closings.variant = found.variant
    semi join reported_dimensions as reported
        on reported.metric_name = found.metric_name
        and reported.variant = found.variant
        and reported.dimension_name = found.dimension_name
        and reported.since <= closings.closed_at
    where {KEPT}
),
paired as (
    select
        coalesce(reported.metric_name, known.metric_name) as metric_name,
        coalesce(reported.period_grain, known.period_grain) as period_grain,
        coalesce(reported.period_start, known.period_start) as period_start,
        coalesce(reported.dimension_name, known.dimension_name) as dimension_name,
        coalesce(reported.dimension_value, known.dimension_value) as dimension_value,
        coalesce(reported.variant, known.variant) as variant,
        coalesce(reported.closed_at, known.closed_at) as closed_at,
        coalesce(reported.reported_version, known.reported_version) as reported_version,
        if(reported.metric_name is null and metrics.is_sum, 0, reported.value) as as_reported_value,
        if(known.metric_name is null and metrics.is_sum, 0, known.value) as as_known_value,
        metrics.* exclude (metric_name, variant, is_money),
        concat_ws('/', metrics.definition_version, catalogue.sql_fingerprint, catalogue.settings_fingerprint)
            as known_version
    from reported_figures as reported
    full join known
        on known.metric_name = reported.metric_name
        and known.period_grain = reported.period_grain
        and known.period_start = reported.period_start
        and known.dimension_name = reported.dimension_name
        and known.dimension_value = reported.dimension_value
        and known.variant = reported.variant
    inner join restated_metrics as metrics
        on metrics.metric_name = coalesce(reported.metric_name, known.metric_name)
        and metrics.variant = coalesce(reported.variant, known.variant)
    inner join catalogue
        on catalogue.metric_name = metrics.metric_name
        and catalogue.variant = if(metrics.variant = 'fiscal', 'default', metrics.variant)
    semi join computed
        on computed.metric_name = coalesce(reported.metric_name, known.metric_name)
        and computed.period_grain = coalesce(reported.period_grain, known.period_grain)
        and computed.period_start = coalesce(reported.period_start, known.period_start)
        and computed.variant = coalesce(reported.variant, known.variant)
    semi join computed_dimensions
        on computed_dimensions.metric_name = coalesce(reported.metric_name, known.metric_name)
        and computed_dimensions.variant = coalesce(reported.variant, known.variant)
        and computed_dimensions.dimension_name = coalesce(reported.dimension_name, known.dimension_name)
),
restated as (
    select
        *,
        (period_start + case period_grain
            when 'week' then interval 7 days
            when 'month' then interval 1 month
            when 'quarter' then interval 3 months
            else interval 1 year
        end)::date as period_end
    from paired
    where as_known_value is distinct from as_reported_value and as_reported_value is not null
),
came as (
    select
        restated.metric_name, restated.period_grain, restated.period_start, restated.dimension_name,
        restated.dimension_value, restated.variant, changes.kind,
        case
            when changes.event_month >= restated.period_end then 3
            when changes.event_month < date_trunc('month', restated.period_start) and restated.is_flow_of_money then 2
            else 1
        end as ring,
        sum(changes.row_count) as row_count
    from restated
    inner join metric_entities as needs
        on needs.metric_name = restated.metric_name
    inner join late_changes as changes
        on changes.closed_at = restated.closed_at
        and changes.entity = needs.entity
    group by all
    union all
    select
        restated.metric_name, restated.period_grain, restated.period_start, restated.dimension_name,
        restated.dimension_value, restated.variant, 'merge', 1, merges.records
    from restated
    inner join merged_records as merges
        on merges.closed_at = restated.closed_at
    where merges.records > 0 and not (
        restated.is_flow_of_money and not restated.depends_on_identity and restated.dimension_name = 'total'
    )
    union all
    select
        restated.metric_name, restated.period_grain, restated.period_start, restated.dimension_name,
        restated.dimension_value, restated.variant, differing.kind, 1, 1
    from restated
    cross join (values ('sql', 2), ('settings', 3)) as differing (kind, place)
    where split_part(restated.reported_version, '/', differing.place)
        <> split_part(restated.known_version, '/', differing.place)
        and split_part(restated.reported_version, '/', differing.place) <> ''
),
nearest as (
    select *
    from came
    qualify ring = min(ring) over (
        partition by metric_name, period_grain, period_start, dimension_name, dimension_value, variant
    )
),
causes as (
    select
        metric_name, period_grain, period_start, dimension_name, dimension_value, variant,
        case
            when min(ring) = 3 then 'later_event'
            when count(distinct if(kind in ('sql', 'settings'), 'definition', kind)) > 1 then 'mixed'
            else min(if(kind in ('sql', 'settings'), 'definition', kind))
        end as cause,
        string_agg(kind || ' ' || row_count, ', ' order by kind) as evidence
    from nearest
    group by all
)
select
    restated.metric_name,
    restated.period_grain,
    restated.period_start,
    restated.dimension_name,
    restated.dimension_value,
    restated.variant,
    case
        when split_part(restated.reported_version, '/', 1) <> restated.definition_version::varchar then 'definition'
        else coalesce(causes.cause, 'unknown')
    end as cause,
    restated.as_reported_value,
    restated.as_known_value,
    restated.as_known_value - restated.as_reported_value as restatement_value,
    causes.evidence,
    restated.closed_at,
    $as_of::date,
    split_part(restated.reported_version, '/', 1)::integer,
    restated.definition_version,
    $run_id
from restated
left join causes
    on causes.metric_name = restated.metric_name
    and causes.period_grain = restated.period_grain
    and causes.period_start = restated.period_start
    and causes.dimension_name = restated.dimension_name
    and causes.dimension_value = restated.dimension_value
    and causes.variant = restated.variant
order by all
"""
