{{ config(schema='marts') }}
-- The definitions themselves, as dbt holds them. A target of the company is one too; so is a reason why there is none.
with definitions as (
    {% for metric in governed_metrics() %}
    select
        '{{ metric.metric_name }}' as metric_name,
        '{{ metric.module }}' as module,
        '{{ metric.level }}' as level,
        '{{ metric.owner }}' as owner,
        {{ metric.has_owner }} as has_owner,
        {{ metric.has_target }} as has_target,
        {{ metric.has_reason }} as has_reason
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

company_targets as (

    select distinct metric_name from {{ ref('fct_sales_targets') }}

),

judged as (

    select
        definitions.metric_name,
        definitions.module,
        definitions.level,
        -- roles stay; a person answers for nothing any more once the CRM has closed the account
        {{ as_flag('definitions.has_owner = 1 and coalesce(employees.is_active, true)') }} as has_owner,
        definitions.has_reason,
        {{ as_flag('definitions.has_target = 1 or company_targets.metric_name is not null') }} as has_target
    from definitions
    left join {{ ref('dim_employees') }} as employees on definitions.owner = employees.employee_id
    left join company_targets on definitions.metric_name = company_targets.metric_name

)

select
    judged.metric_name,
    judged.module,
    judged.level,
    context.as_of_date,
    {{ as_flag('judged.has_owner = 1 and (judged.has_target = 1 or judged.has_reason = 1)') }} as is_owned,
    {{ as_flag('judged.has_owner = 1 and judged.has_target = 1') }} as is_targeted
from judged
cross join {{ ref('run_context') }} as context
