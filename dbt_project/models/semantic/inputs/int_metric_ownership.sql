{{ config(schema='marts') }}
-- The definitions themselves, as dbt holds them. A target of the company is one too.
with definitions as (
    {% if execute %}
    {%- set nodes = graph.metrics.values() | list + graph.exposures.values() | list %}
    {%- for metric in nodes if metric.config.meta.get('number') %}
    {%- set meta = metric.config.meta %}
    select
        '{{ metric.name }}' as metric_name,
        '{{ meta.get('module', 'unknown') }}' as module,
        '{{ meta.get('level', 'unknown') }}' as level,
        {{ 1 if meta.get('owner') and meta.get('level') else 0 }} as has_owner,
        {{ 1 if meta.get('targets') or meta.get('limits') else 0 }} as has_target
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {% else %}
    select '' as metric_name, '' as module, '' as level, 0 as has_owner, 0 as has_target
    {% endif %}
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
