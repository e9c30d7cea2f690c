{#- What the models of models/semantic share: segments as of the period of a row, never today's. -#}

{#- Joins the customer's month that holds `day` of relation `facts`, as `segments`. -#}
{% macro join_segments(facts, day) -%}
left join {{ ref('customer_months') }} as segments
    on {{ facts }}.customer_key = segments.customer_key
    and {{ month_start(day) }} = segments.month_start
{%- endmacro %}

{#- A member for every row: rows that name none sum up under 'unknown', so that members sum to the total. -#}
{% macro segment(column) -%}
coalesce(nullif(trim(cast({{ column }} as {{ dbt.type_string() }})), ''), 'unknown')
{%- endmacro %}

{#- The segments that belong to the customer; owner and channel only where the row has none of its own. -#}
{% macro customer_segments(columns=['region', 'tier', 'customer_type']) -%}
{%- set names = {'owner': 'owner_id', 'channel': 'acquisition_channel'} -%}
{%- for column in columns -%}
{{ segment('segments.' ~ names.get(column, column)) }} as {{ column }}{{ ',\n        ' if not loop.last }}
{%- endfor -%}
{%- endmacro %}

{#- Days that something has waited at the end of the month in which it came (BIGINT), in the running one on the day of `context`: the
    age of what nobody ever answers must not go on in a month that is over. -#}
{% macro days_waited(came_on) -%}
{{ days_between(came_on, 'least(' ~ last_day(came_on) ~ ', context.as_of_date)') }}
{%- endmacro %}

{#- Number of the largest customers whose share of revenue is the concentration (metric 50). -#}
{% macro concentration_customers() %}3{% endmacro %}

{#- Days after his first active day in which a new customer has to bring revenue (metric 10). -#}
{% macro monetisation_window_days() %}90{% endmacro %}

{#- First day whose money counts with a first active day (metrics 7, 9, 10, 11): a contract is often billed ahead of its first
    day. Whole months, because results are kept by month. -#}
{% macro billed_ahead_from(first_active_date) %}{{ add_months(month_start(first_active_date), -3) }}{% endmacro %}

{#- Days after the first quote in which an opportunity has to be won (metric 22). -#}
{% macro quote_window_days() %}90{% endmacro %}

{#- Whether whoever closed an alert or a task says that it was none; `cmw alerts close` tells people the words. -#}
{% macro is_called_false(result) -%}
(lower(trim(coalesce({{ result }}, ''))) like 'false alarm%' or trim(coalesce({{ result }}, '')) like '误报%')
{%- endmacro %}

{#- A text as two systems can be compared by it: no case, no blanks, no hyphens, one kind of brackets. -#}
{% macro comparable(column) -%}
replace(replace(replace(replace(lower(trim({{ column }})), ' ', ''), '-', ''), '（', '('), '）', ')')
{%- endmacro %}

{#- The metrics with a number, as dbt holds their definitions; one that says nothing while they are not known yet. -#}
{% macro governed_metrics() %}
    {%- set found = [] %}
    {%- if execute %}
        {%- for metric in graph.metrics.values() | list + graph.exposures.values() | list if metric.config.meta.get('number') %}
            {%- set meta = metric.config.meta %}
            {%- do found.append({
                'metric_name': metric.name,
                'module': meta.get('module', 'unknown'),
                'level': meta.get('level', 'unknown'),
                'owner': meta.get('owner') or '',
                'has_owner': 1 if meta.get('owner') and meta.get('level') else 0,
                'has_target': 1 if meta.get('targets') and meta.get('targets') is not string else 0,
                'has_reason': 1 if meta.get('targets') is string else 0,
            }) %}
        {%- endfor %}
    {%- endif %}
    {{- return(found or [{'metric_name': '', 'module': '', 'level': '', 'owner': '', 'has_owner': 0, 'has_target': 0, 'has_reason': 0}]) }}
{% endmacro %}
