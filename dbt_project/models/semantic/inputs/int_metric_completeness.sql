{{ config(schema='marts') }}

with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

{% for entity, (model, event, fields) in completeness_fields().items() %}
{{ entity }}_months as (

    select
        staged.source_system,
        {% if event.endswith('_at') -%}
        {{ month_start(business_date('staged.' ~ event, 'context.time_zone')) }} as month_start,
        {%- else -%}
        {{ month_start('staged.' ~ event) }} as month_start,
        {%- endif %}
        {% for field in fields %}
        sum({{ as_flag(is_required(entity, field) ~ ' and ' ~ is_filled('staged.' ~ field)) }}) as {{ field }}_filled,
        sum({{ as_flag(is_required(entity, field)) }}) as {{ field }}_required{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref(model) }} as staged
    cross join context
    where staged.{{ event }} is not null
    group by 1, 2

),

{% endfor %}
final as (

    {% for entity, (model, event, fields) in completeness_fields().items() %}
    {% set outer_loop = loop %}
    {% for field in fields %}
    select
        '{{ entity }}' as entity,
        source_system,
        '{{ entity }}.{{ field }}' as field,
        month_start,
        {{ field }}_required as required_cells,
        {{ field }}_filled as filled_cells
    from {{ entity }}_months
    {{ 'union all' if not (outer_loop.last and loop.last) }}
    {% endfor %}
    {% endfor %}

)

select final.*
from final
cross join context
where final.month_start <= context.as_of_date
