{{ config(schema='marts') }}
-- The definitions themselves, as dbt holds them. A target of the company is one too.
with definitions as (
    {% for metric in governed_metrics() %}
    select
        '{{ metric.metric_name }}' as metric_name,
        '{{ metric.module }}' as module,
        '{{ metric.level }}' as level,
        {{ metric.has_owner }} as has_owner,
        {{ metric.has_target }} as has_target
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

company_targets as (

    select distinct metric_name from {{ ref('fct_sales_targets') }}

)

select
    definitions.metric_name,
    definitions.module,
    definitions.level,
    context.as_of_date,
    {{ as_flag('definitions.has_owner = 1 and (definitions.has_target = 1 or company_targets.metric_name is not null)') }}
        as is_owned
from definitions
cross join {{ ref('run_context') }} as context
left join company_targets on definitions.metric_name = company_targets.metric_name
