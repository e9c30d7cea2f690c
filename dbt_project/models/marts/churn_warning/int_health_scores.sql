-- Points of each component by its curve (company setting health_curves), times its weight among those that the customer has, are
-- what it adds to the score. With fewer than two components there is none.
{%- set components = health_components() %}
with ends as (
    select component, min(x_from) as first_x, max(x_to) as last_x
    from {{ ref('health_curves') }}
    group by component
),

{%- for component in components %}

{{ component }} as (
    select
        measured.customer_key,
        measured.snapshot_date,
        cast(round({{ as_decimal('curves.points_from + (measured.x - curves.x_from) * (curves.points_to - curves.points_from)'
            ~ ' / (curves.x_to - curves.x_from)') }}, 4) as decimal(9, 4)) as points
    from (
        select
            measures.customer_key,
            measures.snapshot_date,
            ends.component,
            ends.last_x,
            greatest(least(measures.measure, ends.last_x), ends.first_x) as x
        from {{ ref('int_health_' ~ component) }} as measures
        inner join ends on ends.component = '{{ component }}'
        where measures.measure is not null
    ) as measured
    inner join {{ ref('health_curves') }} as curves
        on curves.component = measured.component
        and measured.x >= curves.x_from
        and (measured.x < curves.x_to or (measured.x = measured.last_x and curves.x_to = measured.last_x))
),
{%- endfor %}

points as (
    select
        members.customer_key,
        members.snapshot_date,
        {%- for component in components %}
        case when context.health_weight_{{ component }} > 0 then {{ component }}.points end as {{ component }}_points,
        case when {{ component }}.points is not null then context.health_weight_{{ component }} else 0 end as {{ component }}_weight
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_health_customers') }} as members
    cross join {{ ref('run_context') }} as context
    {%- for component in components %}
    left join {{ component }}
        on {{ component }}.customer_key = members.customer_key and {{ component }}.snapshot_date = members.snapshot_date
    {%- endfor %}
),

-- what the components up to each add together, so that roundings never lift a score above 100
summed as (
    select
        *,
        {%- set parts = [] %}
        {%- for component in components %}
        {%- do parts.append('coalesce(' ~ component ~ '_points * ' ~ component ~ '_weight, 0)') %}
        cast(round({{ as_decimal(safe_ratio(parts | join(' + '), components | join('_weight + ') ~ '_weight')) }}, 4) as decimal(9, 4))
            as up_to_{{ component }},
        {%- endfor %}
        {%- for component in components %}
        {{ as_flag(component ~ '_points is not null') }}{{ ' +' if not loop.last }}
        {%- endfor %} as component_count
    from points
),

final as (
    select
        customer_key,
        snapshot_date,
        component_count,
        case when component_count >= 2 then up_to_{{ components | last }} end as health_score,
        {%- for component in components %}
        {{ component }}_points,
        case when {{ component }}_points is not null
            then cast(up_to_{{ component }}{{ ' - up_to_' ~ components[loop.index0 - 1] if not loop.first }} as decimal(9, 4))
        end as {{ component }}_contribution{{ ',' if not loop.last }}
        {%- endfor %}
    from summed
)

select * from final
