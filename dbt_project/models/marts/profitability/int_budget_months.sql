-- A longer budget is spread evenly, to the cent, over those of its months that no shorter one plans. What the shorter ones
-- plan is taken off it first: the months sum to it. Where no budget of the company is given, those of its regions sum to it.
{%- set scope = ['budget_metric', 'dimension_name', 'dimension_value', 'version'] %}
with lines as (
    select
        period_grain,
        {{ month_start('period_start') }} as period_start,
        metric as budget_metric,
        dimension_name,
        dimension_value,
        version,
        sum(amount) as budget_amount,
        sum(quantity) as budget_quantity
    from {{ ref('fct_budgets') }}
    where metric in ('net_revenue', 'gross_margin') and dimension_name in ('total', 'region')
    group by 1, 2, 3, 4, 5, 6
),

planned_by_month as (
    select period_start as month_start, {{ scope | join(', ') }}, budget_amount, budget_quantity
    from lines
    where period_grain = 'month'
),
{%- for grain, shorter, months in [('quarter', 'month', 3), ('year', 'quarter', 12)] %}

{%- set line = (scope + ['period_start']) | join(', lines.') %}

months_of_{{ grain }} as (
    select
        lines.{{ line }},
        {{ add_months('lines.period_start', 'steps.step') }} as month_start,
        planned.month_start is not null as is_planned,
        1 as part,
        lines.budget_amount - coalesce(sum(planned.budget_amount) over (partition by lines.{{ line }}), 0) as amount_left,
        lines.budget_quantity - coalesce(sum(planned.budget_quantity) over (partition by lines.{{ line }}), 0) as quantity_left
    from lines
    cross join (
        {%- for step in range(months) %}
        select {{ step }} as step {{- ' union all' if not loop.last }}
        {%- endfor %}
    ) as steps
    left join planned_by_{{ shorter }} as planned
        on planned.month_start = {{ add_months('lines.period_start', 'steps.step') }}
        {%- for column in scope %}
        and planned.{{ column }} = lines.{{ column }}
        {%- endfor %}
    where lines.period_grain = '{{ grain }}'
),

open_months_of_{{ grain }} as (
    select *, count(*) over (partition by {{ scope | join(', ') }}, period_start) as month_count
    from months_of_{{ grain }}
    where not is_planned
),

spread_of_{{ grain }} as (
    {{ allocated_to_the_cent('open_months_of_' ~ grain, scope + ['period_start'], 'month_start', 'amount_left', 'part') }}
),

planned_by_{{ grain }} as (
    select * from planned_by_{{ shorter }}
    union all
    select
        month_start, {{ scope | join(', ') }},
        sum(allocated_amount),
        sum(cast({{ as_decimal(safe_ratio('quantity_left', 'month_count')) }} as decimal(18, 4)))
    from spread_of_{{ grain }}
    group by month_start, {{ scope | join(', ') }}
),
{%- endfor %}

regions_in_total as (
    select
        month_start,
        budget_metric,
        'total' as dimension_name,
        'total' as dimension_value,
        version,
        sum(budget_amount) as budget_amount,
        case when count(budget_quantity) = count(*) then sum(budget_quantity) end as budget_quantity
    from planned_by_year
    where dimension_name = 'region'
    group by month_start, budget_metric, version
),

final as (
    select * from planned_by_year
    union all
    select regions.*
    from regions_in_total as regions
    left join planned_by_year as company
        on company.month_start = regions.month_start
        and company.budget_metric = regions.budget_metric
        and company.version = regions.version
        and company.dimension_name = 'total'
    where company.month_start is null
)

select
    month_start,
    {{ scope | join(',\n    ') }},
    cast(budget_amount as decimal(18, 2)) as budget_amount,
    cast(budget_quantity as decimal(18, 4)) as budget_quantity
from final
