{#-
  Business hours without walking through days. int_working_time holds for every calendar day the working seconds of
  all days before it, so the working seconds up to an instant are one addition, and the business hours between two
  instants are one subtraction after two equality joins on the day. `day` is the alias of int_working_time joined on
  the business date of `instant`. The clock on the wall decides: opening hours move with daylight saving time.
-#}
{% macro working_seconds_until(instant, day, time_zone) -%}
    ({{ day }}.working_seconds_before + greatest(0, least(
        {{ day }}.working_seconds,
        {{ seconds_between('cast(' ~ day ~ '.date_day as timestamp)', business_timestamp(instant, time_zone)) }} - {{ day }}.opens_second
    )))
{%- endmacro %}

{#- Hours as DOUBLE; null when either end is missing; an end before the start counts as zero. -#}
{% macro business_hours_between(from_instant, from_day, to_instant, to_day, time_zone) -%}
    (case when {{ from_instant }} is not null and {{ to_instant }} is not null
        and {{ from_day }}.date_day is not null and {{ to_day }}.date_day is not null then
        cast(greatest(0, {{ working_seconds_until(to_instant, to_day, time_zone) }}
            - {{ working_seconds_until(from_instant, from_day, time_zone) }}) as double) / 3600.0
    end)
{%- endmacro %}

{#- Hours as DOUBLE on the calendar's clock; an end before the start counts as zero. -#}
{% macro calendar_hours_between(from_instant, to_instant) -%}
    (case when {{ from_instant }} is not null and {{ to_instant }} is not null then
        cast(greatest(0, {{ seconds_between(from_instant, to_instant) }}) as double) / 3600.0
    end)
{%- endmacro %}
