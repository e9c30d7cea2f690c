-- Sales people and what nobody has sum to their team, and owners, teams and regions each to the company (metric 28): every
-- target in force is what its parts come to.
with stated as (
    select period_start as month_start, scope_type, scope_value, target_value
    from {{ ref('fct_sales_targets') }}
    where is_in_force and metric_name = 'net_revenue' and period_grain = 'month' and target_value is not null
),

parts as (
    {%- for scope, column in [('owner', 'owner_id'), ('team', 'team'), ('region', 'region'), ('company', "'company'")] %}
    select month_start, '{{ scope }}' as scope_type, {{ column }} as scope_value, sum(target_value) as target_value
    from {{ ref('int_target_parts') }}
    group by {{ 'month_start' if scope == 'company' else 'month_start, ' ~ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select stated.*, parts.target_value as parts_value
from stated
left join parts
    on parts.month_start = stated.month_start
    and parts.scope_type = stated.scope_type
    and parts.scope_value = stated.scope_value
where parts.target_value is null or parts.target_value <> stated.target_value
