-- The score is the sum of its contributions. With fewer than two components there is none.
{%- set components = health_components() %}
with final as (
    select
        members.customer_key,
        members.snapshot_date,
        cast(count(components.component) as bigint) as component_count,
        case when count(components.component) >= 2
            then cast(sum(components.contribution) as decimal(9, 4)) end as health_score,
        {%- for component in components %}
        max(case when components.component = '{{ component }}' then components.points end) as {{ component }}_points,
        max(case when components.component = '{{ component }}' then components.contribution end)
            as {{ component }}_contribution
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_health_customers') }} as members
    left join {{ ref('int_health_components') }} as components
        on components.customer_key = members.customer_key and components.snapshot_date = members.snapshot_date
    group by members.customer_key, members.snapshot_date
)

select * from final
