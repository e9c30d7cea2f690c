"""The queries behind a certificate, on the published tables."""

LOADED = """
select
    source_system,
    count(distinct entity) as entities,
    coalesce(sum(rows_read), 0) as rows_read,
    coalesce(sum(new_versions), 0) as new_versions,
    coalesce(sum(unchanged), 0) as unchanged,
    coalesce(sum(deletes), 0) as deletes,
    coalesce(sum(rejected_rows + rejected_lines), 0) as held_rows,
    list(entity order by entity) filter (where status = 'failed') as failed
from ops.loads
where finished_at > coalesce(
    (select max(published_at) from ops.published_versions where not is_this_version), timestamp '1900-01-01'
)
group by source_system
order by source_system
"""

# The newest result of each check: a rule with nothing new to judge in this run keeps its last one.
CHECKS = """
with newest as (
    select
        *,
        row_number() over (
            partition by gate, table_name, coalesce(source_system, ''), check_name
            order by judged_at desc nulls last, run_id desc
        ) as place
    from quality.check_results
)

select
    table_name, check_name, coalesce(source_system, '') as source_system, severity, passed,
    coalesce(failed_count, 0) as failed_count, coalesce(checked_count, 0) as checked_count,
    coalesce(observed, '') as observed, reason as reason_en, coalesce(reason_zh, reason) as reason_zh
from newest
where place = 1
order by severity, gate = 'raw', failed_count desc, table_name, check_name
"""

HELD = """
select
    source_system,
    entity,
    list(distinct rule order by rule) as rules,
    count(*) filter (where rule_number = 1) as rows,
    sum(amount) filter (where rule_number = 1) as money,
    list(distinct reason order by reason) as reasons_en,
    list(distinct reason_zh order by reason_zh) as reasons_zh
from quality.quarantined_rows
group by source_system, entity
order by rows desc, source_system, entity
"""

LEDGER = """
with months as (
    select
        *,
        row_number() over (partition by account_class, currency order by month_start desc) as from_newest
    from quality.reconciliation
    where scope = 'ledger'
)

select
    account_class,
    measure,
    currency,
    coalesce(sum(ledger_amount) filter (where measure = 'movement' or from_newest = 1), 0) as ledger,
    coalesce(sum(marts_amount) filter (where measure = 'movement' or from_newest = 1), 0) as warehouse,
    coalesce(sum(held_back_amount) filter (where measure = 'movement' or from_newest = 1), 0) as held_back,
    coalesce(sum(difference_amount) filter (where measure = 'movement' or from_newest = 1), 0) as difference,
    count(*) filter (where difference_amount <> 0 or difference_amount is null) as months_off
from months
group by account_class, measure, currency
order by measure desc, account_class <> 'revenue', account_class
"""

HEADLINES = """
with finished as (
    select
        *,
        -- a target or limit of an older period says nothing of how things stand
        period_start = max(period_start) over (partition by metric_name, period_grain) as is_newest
    from metrics.metric_values
    where
        variant = 'default' and dimension_name = 'total' and value is not null
        and case period_grain
            when 'day' then period_start
            when 'week' then period_start + 6
            when 'month' then last_day(period_start)
            when 'quarter' then (period_start + interval 3 month)::date - 1
            else (period_start + interval 1 year)::date - 1
        end <= as_of
),
candidates as (
    select
        v.metric_name, c.label_en, c.label_zh, v.period_grain, v.period_start, v.value, v.unit, v.currency,
        v.target_value as target, v.previous_value as previous, v.change_type, v.limit_status as status,
        list_position($preferred, v.metric_name) as preferred,
        try_cast(c.number as integer) as number,
        row_number() over (
            partition by v.metric_name
            -- where a target or a limit holds, there it can be judged
            order by
                v.target_value is null and v.limit_status = 'none',
                v.period_grain <> 'month', v.period_grain <> 'quarter', v.period_start desc, v.period_grain
        ) as nearest
    from finished as v
    inner join metrics.metric_catalogue as c on v.metric_name = c.metric_name
    where v.is_newest and c.level = 'strategic' and not c.is_supporting
)

select * exclude (preferred, number, nearest)
from candidates
where nearest = 1
order by preferred nulls last, number nulls last, metric_name
limit $shown
"""

ALERTS = """
select
    alert_id, rule, cause_key as cause, severity, title_en, title_zh, owner_id as owner, money_at_risk as money,
    channels
from ops.alerts
where state <> 'closed'
order by severity, money_at_risk desc nulls last, alert_id
"""

# Of a limit's alerts the newest, where a person closed it; one of which the cause went closes by itself.
CLOSED = """
select cause_key as cause, closed_by
from ops.alerts
where rule = 'metric_limit'
qualify row_number() over (partition by cause_key order by alert_id desc) = 1
    and state = 'closed' and closed_by <> 'cause gone'
"""

OWNERS = "select employee_id, any_value(full_name) as full_name from core.dim_employees group by employee_id"
