-- Sales people and what nobody has sum to their team, and owners, teams and regions each to the company (metric 28): every
-- target in force is what its parts come to. That of a quarter or year is what its months come to, where it gives them something.
with months as (
    select * from {{ ref('int_target_months') }} where metric_name = 'net_revenue' and target_value is not null
),

held as (
    select scope_type, scope_value, period_grain, period_start, period_end, sum(target_value) as target_value
    from {{ ref('fct_sales_targets') }}
    where is_in_force and metric_name = 'net_revenue' and target_value is not null
    group by scope_type, scope_value, period_grain, period_start, period_end
),

parts as (
    {%- for scope, column in [('owner', 'owner_id'), ('team', 'team'), ('region', 'region'), ('company', "'company'")] %}
    select month_start, '{{ scope }}' as scope_type, {{ column }} as scope_value, sum(target_value) as target_value
    from {{ ref('int_target_parts') }}
    group by {{ 'month_start' if scope == 'company' else 'month_start, ' ~ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select 'month' as period_grain, months.month_start, months.scope_type, months.scope_value, months.target_value, parts.target_value as parts_value
from months
left join parts
    on parts.month_start = months.month_start
    and parts.scope_type = months.scope_type
    and parts.scope_value = months.scope_value
where parts.target_value is null or parts.target_value <> months.target_value
union all
select held.period_grain, held.period_start, held.scope_type, held.scope_value, held.target_value, sum(months.target_value)
from held
left join months
    on months.scope_type = held.scope_type
    and months.scope_value = held.scope_value
    and months.month_start >= held.period_start
    and months.month_start < held.period_end
group by held.period_grain, held.period_start, held.scope_type, held.scope_value, held.target_value
having count(months.month_start) = 0
    or (
        max(case when months.stated_grain = held.period_grain then months.target_value end) <> 0
        and sum(months.target_value) <> held.target_value
    )
