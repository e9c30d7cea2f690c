{{ config(schema='marts') }}
{%- set models = {} %}
{%- for entity in contract() %}
    {%- set kind = entity.split('_')[0] %}
    {%- do models.update({entity: 'stg_' ~ {'svc': 'service'}.get(kind, kind) ~ '__' ~ entity[(kind | length) + 1:]}) %}
{%- endfor %}

with held_back as (

    select distinct entity, source_system, key
    from {{ home_parquet('quality/verdicts.parquet') }}
    where severity = 'critical'

),

-- a row whose newest version breaks a rule stands in an older one (stale), or in none at all (held back)
staged as (
    {% for entity, model in models.items() %}
    select '{{ entity }}' as entity, source_system, _key as key, is_stale
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

missing as (

    select held_back.entity, held_back.source_system, count(*) as held_count
    from held_back
    left join staged
        on held_back.entity = staged.entity
        and held_back.source_system = staged.source_system
        and held_back.key = staged.key
    where staged.key is null
    group by held_back.entity, held_back.source_system

),

counted as (

    select entity, source_system, count(*) as staged_count, sum({{ as_flag('not is_stale') }}) as good_count
    from staged
    group by entity, source_system

)

select
    coalesce(counted.entity, missing.entity) as entity,
    coalesce(counted.source_system, missing.source_system) as source_system,
    context.as_of_date,
    cast(coalesce(counted.staged_count, 0) + coalesce(missing.held_count, 0) as bigint) as row_count,
    cast(coalesce(counted.good_count, 0) as bigint) as passing_count
from counted
full outer join missing
    on counted.entity = missing.entity and counted.source_system = missing.source_system
cross join {{ ref('run_context') }} as context
