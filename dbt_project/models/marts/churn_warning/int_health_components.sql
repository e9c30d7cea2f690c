-- Points of each component by its curve (company setting health_curves), and its weight among those that the customer has.
{%- set components = health_components() %}
with measures as (
    {%- for component in components %}
    select members.customer_key, members.snapshot_date, '{{ component }}' as component, measured.measure
    from {{ ref('int_health_' ~ component) }} as measured
    inner join {{ ref('int_health_customers') }} as members
        on members.customer_key = measured.customer_key and members.snapshot_date = measured.snapshot_date
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ends as (
    select component, min(x_from) as first_x, max(x_to) as last_x
    from {{ ref('health_curves') }}
    group by component
),

clamped as (
    select
        measures.*,
        greatest(least(measures.measure, ends.last_x), ends.first_x) as x,
        ends.last_x
    from measures
    inner join ends on ends.component = measures.component
    where measures.measure is not null
),

weights as (
    {%- for component in components %}
    select '{{ component }}' as component, health_weight_{{ component }} as weight from {{ ref('run_context') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

scored as (
    select
        clamped.customer_key,
        clamped.snapshot_date,
        clamped.component,
        clamped.measure,
        curves.points_from
            + (clamped.x - curves.x_from) * (curves.points_to - curves.points_from) / (curves.x_to - curves.x_from) as points,
        weights.weight
    from clamped
    inner join {{ ref('health_curves') }} as curves
        on curves.component = clamped.component
        and clamped.x >= curves.x_from
        and (clamped.x < curves.x_to or (clamped.x = clamped.last_x and curves.x_to = clamped.last_x))
    inner join weights on weights.component = clamped.component
    where weights.weight > 0
),

rounded as (
    select
        customer_key,
        snapshot_date,
        component,
        measure,
        cast(round({{ as_decimal('points') }}, 4) as decimal(9, 4)) as points,
        weight
    from scored
),

final as (
    select
        customer_key,
        snapshot_date,
        component,
        measure,
        points,
        {%- set share = safe_ratio('weight', 'sum(weight) over (partition by customer_key, snapshot_date)') %}
        cast(round({{ as_decimal('points * ' ~ share) }}, 4) as decimal(9, 4)) as contribution
    from rounded
)

select * from final
