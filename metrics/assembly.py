"""From the figures that MetricFlow's SQL gave to the rows of metric_values, in set-based SQL.

Reads temporary tables: metric_figures (metric_name, model, period_grain, period_start, dimension_name,
dimension_value, figure), metric_batch (metric_name: those that are worked on) and those of metrics.rules.
"""

# What each figure is to the metrics of the batch, where they are published.
FEED = """
create or replace temp table metric_feeds as
select inputs.metric_name, inputs.role, inputs.input_name, scopes.period_grain, scopes.dimension_name
from metric_batch as batch
inner join metric_inputs as inputs
    on batch.metric_name = inputs.metric_name
-- a metric of which an input is missing has no figure, even where one of its parts could be computed
inner join metric_definitions as definitions
    on inputs.metric_name = definitions.metric_name and definitions.missing_input is null
inner join metric_scopes as scopes
    on inputs.metric_name = scopes.metric_name
"""

# One row per metric, scope, period and member, its inputs side by side.
PIVOT = """
create or replace temp table metric_pairs as
with figures as materialized (
    select * from metric_figures where metric_name in (select input_name from metric_feeds)
)
select
    feeds.metric_name,
    figures.period_grain,
    figures.period_start,
    figures.dimension_name,
    figures.dimension_value,
    max(case when feeds.role = 'value' then figures.figure end) as figure,
    max(case when feeds.role = 'numerator' then figures.figure end) as numerator,
    max(case when feeds.role = 'denominator' then figures.figure end) as denominator,
    max(case when feeds.role = 'base' then figures.figure end) as base,
    max(case when feeds.role = 'lower' then figures.figure end) as lower_bound,
    max(case when feeds.role = 'upper' then figures.figure end) as upper_bound
from figures
inner join metric_feeds as feeds
    on figures.metric_name = feeds.input_name
    and figures.period_grain = feeds.period_grain
    and figures.dimension_name = feeds.dimension_name
group by all
"""

# A share of the total is divided by the total, and has the base of the total. A member that adds nothing to what is
# divided, such as the customers who stayed among the causes of leaving, has no share.
SHARE = """
update metric_pairs
set denominator = totals.denominator, base = totals.base
from metric_pairs as totals
inner join metric_definitions as definitions
    on totals.metric_name = definitions.metric_name
where definitions.is_share_of_total
    and totals.dimension_name = 'total'
    and metric_pairs.metric_name = totals.metric_name
    and metric_pairs.period_grain = totals.period_grain
    and metric_pairs.period_start = totals.period_start;

delete from metric_pairs
where dimension_name <> 'total'
    and numerator is null
    and metric_name in (select metric_name from metric_definitions where is_share_of_total)
"""

# Before the first rows that feed a metric nothing was recorded: that is unknown and not zero, while a zero made of rows
# was measured. A ratio begins where both its parts have. Amounts stand in rows that are there for other reasons too,
# such as a month of a customer: theirs begin with the first amount of their model. A member with nothing to divide and
# nothing to divide by is not there in that period.
TRIM = """
delete from metric_pairs
using (
    with totals as (
        select
            figures.*,
            coalesce(definitions.unit in ('money', 'money_days'), false) as is_money
        from metric_figures as figures
        inner join metric_definitions as definitions
            on figures.metric_name = definitions.metric_name
        where figures.dimension_name = 'total'
    ),
    amounts as (
        select model, period_grain, min(period_start) as first_period
        from totals
        where is_money and figure <> 0
        group by all
    ),
    parts as (
        select
            totals.metric_name,
            totals.period_grain,
            greatest(min(totals.period_start), max(amounts.first_period)) as first_period
        from totals
        left join amounts
            on totals.is_money
            and totals.model = amounts.model
            and totals.period_grain = amounts.period_grain
        group by all
    )
    select
        inputs.metric_name,
        parts.period_grain,
        max(parts.first_period) as first_period
    from metric_inputs as inputs
    inner join parts
        on inputs.input_name = parts.metric_name
    where inputs.role in ('value', 'numerator', 'denominator')
    group by all
) as firsts
where metric_pairs.metric_name = firsts.metric_name
    and metric_pairs.period_grain = firsts.period_grain
    and (
        metric_pairs.period_start < firsts.first_period
        or (
            metric_pairs.dimension_name <> 'total'
            and metric_pairs.figure is null
            and coalesce(metric_pairs.numerator, 0) = 0
            and coalesce(metric_pairs.denominator, 0) = 0
        )
    )
"""

# In total every period from a metric's first to the current one has a row: a month without a lead is 0, not absent.
# A metric without any figure has the current one; one that counts new customers begins with the record of customers.
CALENDAR = """
insert into metric_pairs (metric_name, period_grain, period_start, dimension_name, dimension_value)
with spans as (
    select
        scopes.metric_name,
        scopes.period_grain,
        min(pairs.period_start) as first_period,
        any_value(definitions.record_begins) as record_begins
    from metric_batch as batch
    inner join metric_scopes as scopes
        on batch.metric_name = scopes.metric_name
    inner join metric_definitions as definitions
        on scopes.metric_name = definitions.metric_name
    left join metric_pairs as pairs
        on scopes.metric_name = pairs.metric_name
        and scopes.period_grain = pairs.period_grain
        and pairs.dimension_name = 'total'
    where scopes.dimension_name = 'total' and definitions.missing_input is null
    group by scopes.metric_name, scopes.period_grain
),
bounds as (
    select
        metric_name,
        period_grain,
        coalesce(least(first_period, date_trunc(period_grain, record_begins)::date), last_period) as first_period,
        last_period
    from (select *, date_trunc(period_grain, $as_of::date)::date as last_period from spans)
),
periods as (
    select
        metric_name,
        period_grain,
        unnest(generate_series(
            first_period::timestamp,
            last_period::timestamp,
            case period_grain
                when 'day' then interval 1 day
                when 'week' then interval 7 days
                when 'month' then interval 1 month
                when 'quarter' then interval 3 months
                else interval 1 year
            end
        ))::date as period_start
    from bounds
)
select periods.metric_name, periods.period_grain, periods.period_start, 'total', 'total'
from periods
anti join (select * from metric_pairs where dimension_name = 'total') as present
    on periods.metric_name = present.metric_name
    and periods.period_grain = present.period_grain
    and periods.period_start = present.period_start
"""

# Value or reason (R11), then what the value is compared with.
JUDGE = """
create or replace temp table metric_judged as
with bounded as (
    select
        pairs.*,
        definitions.* exclude (metric_name),
        case pairs.period_grain
            when 'day' then pairs.period_start + interval 1 day
            when 'week' then pairs.period_start + interval 7 days
            when 'month' then pairs.period_start + interval 1 month
            when 'quarter' then pairs.period_start + interval 3 months
            else pairs.period_start + interval 1 year
        end::date as period_end,
        matures_after_days > 0 and period_end + matures_after_days::int > $as_of::date as is_maturing
    from metric_pairs as pairs
    inner join metric_definitions as definitions
        on pairs.metric_name = definitions.metric_name
    -- the rows of a rolling window do not make up a period that begins before it
    where pairs.period_start <= $as_of::date and (
        window_months is null or pairs.period_grain in ('day', 'week')
        or pairs.period_start >= date_trunc('month', $as_of::date) - to_months(window_months::int)
    )
),
-- whether a period has a control group is known when it is mature
reasoned as (
    select
        *,
        case
            when period_start < new_from then 'immature'
            when if(looks_back_at_end, least(period_end, $as_of::date + 1), period_start) < reaches_back_from
                then 'immature'
            when empty_reason = 'no_control' and is_maturing then 'immature'
            -- what is not judged before it is ripe has no base until then
            when is_maturing and if(is_ratio, denominator, if(has_base, base, 0)) is null then 'immature'
            when is_ratio and coalesce(denominator, 0) <= 0 then empty_reason
            when has_base and coalesce(base, 0) = 0 then empty_reason
            when not is_ratio and figure is null and not fills_with_zero then empty_reason
            when is_maturing then 'immature'
            when has_base and base < minimum_base then 'small_base'
        end as null_reason
    from bounded
)
select
    * exclude (figure, numerator, base, lower_bound, upper_bound),
    case when null_reason is null then lower_bound end as lower_bound,
    case when null_reason is null then upper_bound end as upper_bound,
    case when is_ratio then coalesce(numerator, 0) end as numerator,
    case when has_base then coalesce(base, 0) end::bigint as base_count,
    case
        when null_reason is not null then null
        when is_ratio then (coalesce(numerator, 0)::double / denominator::double)::decimal(38, 8)
        else coalesce(figure, 0)
    end as value
from reasoned
"""
