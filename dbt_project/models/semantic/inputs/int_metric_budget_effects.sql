{{ config(schema='marts') }}
-- Of the company alone: the regions have no effect of mix, and do not add up to it. An effect that is nothing has no row.
with variances as (

    select *
    from {{ ref('budget_variance') }}
    where dimension_name = 'total' and is_budgeted and is_newest_version

),

effects as (
    {%- for effect in ['volume', 'price', 'mix', 'cost', 'margin_rate', 'currency'] %}
    select month_start, budget_metric, '{{ effect }}' as effect, {{ effect }}_effect as effect_amount
    from variances
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from effects
where effect_amount <> 0
