{%- set rules = warning_rules() + ['any_rule', 'plain_contact', 'plain_contact_equal_volume'] %}
with rows_by_rule as (
    {%- for rule in rules %}
    select '{{ rule }}' as rule, customer_key, warning_date, is_{{ rule }} as is_warned, has_churned, churned_date
    from {{ ref('int_metric_warning_replays') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- a warning that has stood since an earlier month end was given then
runs as (
    select
        *,
        max(case when is_warned = 0 then warning_date end) over (
            partition by rule, customer_key order by warning_date rows between unbounded preceding and current row
        ) as last_silent_date
    from rows_by_rule
),

begun as (
    select
        *,
        min(case when is_warned = 1 then warning_date end) over (partition by rule, customer_key, last_silent_date) as warned_since
    from runs
),

final as (
    select
        warning_date,
        {{ month_start('warning_date') }} as month_start,
        rule,
        case rule
            {%- for known_rule in warning_rules() %}
            when '{{ known_rule }}' then max({{ as_flag('context.warns_' ~ known_rule) }}) = 1
            {%- endfor %}
            else rule = 'any_rule'
        end as warns_alone,
        cast(count(*) as bigint) as active_customers,
        cast(sum(is_warned) as bigint) as warned_customers,
        cast(sum(has_churned) as bigint) as churned_customers,
        cast(sum(is_warned * has_churned) as bigint) as warned_churned_customers,
        cast(sum(is_warned * (1 - has_churned)) as bigint) as false_alarms,
        cast(sum((1 - is_warned) * has_churned) as bigint) as missed_customers,
        {{ safe_ratio('sum(is_warned * has_churned)', 'sum(is_warned)') }} as precision_rate,
        {{ safe_ratio('sum(is_warned * has_churned)', 'sum(has_churned)') }} as recall_rate,
        {{ safe_ratio('sum(has_churned)', 'count(*)') }} as base_rate,
        {{ median_of('case when is_warned = 1 and has_churned = 1 then ' ~ days_between('warned_since', 'churned_date') ~ ' end') }}
            as median_lead_days
    from begun
    cross join {{ ref('run_context') }} as context
    group by warning_date, {{ month_start('warning_date') }}, rule
)

select * from final
