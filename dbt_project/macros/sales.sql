{# A channel nobody wrote down is a member of its own, so that channels sum to the total. #}
{% macro channel_or_unknown(channel) -%}
    coalesce(nullif(trim({{ channel }}), ''), 'unknown')
{%- endmacro %}

{# The part of a whole number of units that the n-th of `count` equal shares gets: the first shares take the rest. #}
{% macro equal_share_units(units, count, position) -%}
    (cast(floor({{ units }} / cast({{ count }} as double)) as bigint)
        + case when {{ position }} <= {{ units }} - {{ count }} * cast(floor({{ units }} / cast({{ count }} as double)) as bigint)
            then 1 else 0 end)
{%- endmacro %}

{# Months of a term from its first day to the day after its last: whole months, then days as a share of the next month. #}
{% macro months_of_term(first_day, day_after_last) -%}
    {%- set whole = months_between_starts(first_day, day_after_last) -%}
    (case when {{ first_day }} is not null and {{ day_after_last }} > {{ first_day }} then
        cast({{ whole }} as double)
        + cast({{ days_between(add_months(first_day, whole), day_after_last) }} as double)
        / {{ days_between(add_months(first_day, whole), add_months(first_day, whole ~ ' + 1')) }}
    end)
{%- endmacro %}

{# Whole months that have passed between two days. #}
{% macro months_between_starts(first_day, later_day) -%}
    ((year({{ later_day }}) * 12 + month({{ later_day }})) - (year({{ first_day }}) * 12 + month({{ first_day }}))
        - case when day({{ later_day }}) < day({{ first_day }}) then 1 else 0 end)
{%- endmacro %}
