-- A quarter or a year that has a target gives it to its months in equal parts to the cent, after those of its months, and of
-- its quarters, that have one of their own: these go first, so that the parts sum to what is stated.
{%- set scope = ['version', 'metric_name', 'scope_type', 'scope_value'] %}
{%- set columns = scope | join(', ') %}
with held as (
    {%- for version, flag in [('run', 'is_in_force'), ('start', 'is_in_force_at_start')] %}
    select
        '{{ version }}' as version, metric_name, scope_type, scope_value, period_grain, period_start,
        sum(target_value) as target_value
    from {{ ref('fct_sales_targets') }}
    where {{ flag }} and metric_name in ('net_revenue', 'new_customers') and target_value is not null
    group by metric_name, scope_type, scope_value, period_grain, period_start
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

places as (
    {%- for place in range(12) %}
    select {{ place }} as place{{ ' union all' if not loop.last }}
    {%- endfor %}
),

filled_month as (
    select {{ columns }}, period_start as month_start, target_value, period_grain as stated_grain
    from held
    where period_grain = 'month'
),
{% for grain, months, before in [('quarter', 3, 'month'), ('year', 12, 'quarter')] %}
rests_{{ grain }} as (
    select
        covered.*,
        filled.target_value is null as is_open,
        greatest(covered.target_value - coalesce(sum(filled.target_value) over (
            partition by covered.{{ scope | join(', covered.') }}, covered.period_start
        ), 0), 0) as rest
    from (
        select held.*, {{ add_months('held.period_start', 'places.place') }} as month_start
        from held
        inner join places on places.place < {{ months }}
        where held.period_grain = '{{ grain }}'
    ) as covered
    left join filled_{{ before }} as filled
        on covered.month_start = filled.month_start
        {%- for column in scope %}
        and covered.{{ column }} = filled.{{ column }}
        {%- endfor %}
),

open_{{ grain }} as (
    select *, 1 as units from rests_{{ grain }} where is_open
),

parts_{{ grain }} as (
    {{ allocated_to_the_cent('open_' ~ grain, scope + ['period_start'], 'month_start', 'rest', 'units') }}
),

filled_{{ grain }} as (
    select * from filled_{{ before }}
    union all
    select {{ columns }}, month_start, allocated_amount, period_grain from parts_{{ grain }}
),
{% endfor %}
final as (
    select
        month_start, metric_name, scope_type, scope_value,
        {%- for version, name in [('run', 'target_value'), ('start', 'first_target_value')] %}
        cast(sum(case when version = '{{ version }}' then target_value end) as decimal(18, 2)) as {{ name }},
        {%- endfor %}
        max(case when version = 'run' then stated_grain end) as stated_grain
    from filled_year
    group by month_start, metric_name, scope_type, scope_value
)

select * from final
