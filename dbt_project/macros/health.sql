{#- Band of a health score. Limits of the bands are fixed, so that their observed churn rates can be compared over time. -#}
{% macro risk_band(score) -%}
case
    when {{ score }} is null then 'no_score'
    when {{ score }} < 40 then 'critical'
    when {{ score }} < 60 then 'weak'
    when {{ score }} < 80 then 'fair'
    else 'good'
end
{%- endmacro %}

{#- First day of the month before which churn rates of bands are observed for a measured day (DATE): of month ends that had 90 days
    to tell what became of customers. -#}
{% macro rates_observed_before(day) %}{{ month_start(add_days(day, -89)) }}{% endmacro %}

{#- The components of the health score (metric 57), in the order in which they are shown. -#}
{% macro health_components() %}{{ return(['orders', 'payment', 'complaints', 'interaction', 'margin']) }}{% endmacro %}

{#- Texts of the rows of a group in a fixed order of their kinds, joined by '; '. Portable, where engines differ on how to
    aggregate text. -#}
{% macro joined_text(column, kinds, kind_column) -%}
substr(concat(
    {%- for kind in kinds %}
    coalesce('; ' || max(case when {{ kind_column }} = '{{ kind }}' then {{ column }} end), ''){{ ',' if not loop.last }}
    {%- endfor %}
), 3)
{%- endmacro %}

{#- The hard rules of the churn warning (metric 55), most urgent first. -#}
{% macro warning_rules() -%}
{{ return(['complaints', 'health_drop', 'health_below_limit', 'no_order_key_account', 'stale_opportunity', 'no_contact']) }}
{%- endmacro %}

{#- Days after a warning within which a customer has to leave for it to have been right (metric 61). -#}
{% macro warning_horizon_days() %}90{% endmacro %}

{#- Month ends before today for which states, cells and warnings are computed: a year and the month it opens with. -#}
{% macro lifecycle_months() %}13{% endmacro %}

{#- Months of life to which the mean lifetime is restricted (metric 45). -#}
{% macro lifetime_months() %}36{% endmacro %}

{#- A score that fell by the limit within a week, with the same components on both days (metric 58). Needs run_context as
    `context`. -#}
{% macro is_health_drop(relation) -%}
coalesce({{ relation }}.score_change <= -context.limit_health_drop and not {{ relation }}.is_weight_change, false)
{%- endmacro %}
