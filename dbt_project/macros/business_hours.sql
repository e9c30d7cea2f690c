{#
  Business hours without walking through days: int_working_time holds, for every calendar day, the
  working seconds of all days before it. The working seconds up to an instant are then one addition,
  and the business hours between two instants one subtraction of two equality joins on the day.
  `day` is the alias of int_working_time joined on the business date of `instant`.
#}
{% macro working_seconds_until(instant, day) -%}
    (case when {{ instant }} is not null and {{ day }}.date_day is not null then
        {{ day }}.working_seconds_before
        + greatest(0, least({{ day }}.working_seconds, {{ seconds_between(day ~ '.opens_at', instant) }}))
    end)
{%- endmacro %}

{# Hours as double; null when either end is missing; an end before the start counts as zero. #}
{% macro business_hours_between(from_instant, from_day, to_instant, to_day) -%}
    (case when {{ from_instant }} is not null and {{ to_instant }} is not null then
        cast(greatest(0, {{ working_seconds_until(to_instant, to_day) }}
            - {{ working_seconds_until(from_instant, from_day) }}) as double) / 3600.0
    end)
{%- endmacro %}

{% macro calendar_hours_between(from_instant, to_instant) -%}
    (case when {{ from_instant }} is not null and {{ to_instant }} is not null then
        cast(greatest(0, {{ seconds_between(from_instant, to_instant) }}) as double) / 3600.0
    end)
{%- endmacro %}
