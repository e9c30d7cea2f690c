{#- Arithmetic that must come out alike on every engine. -#}

{#- Money of the reporting or ledger currency: rounded once, half away from zero. -#}
{% macro to_money(x) %}cast(round({{ x }}, 2) as decimal(18, 2)){% endmacro %}

{#- DOUBLE as a decimal number with the digits that people see. Rounded as it is, a DOUBLE that stands half-way between two
    numbers goes up on one engine and down on another. -#}
{% macro as_decimal(x) %}cast({{ x }} as decimal(28, 8)){% endmacro %}

{#- DOUBLE without the last bits, in which engines differ: by the order of a sum, by their own exp and ln. -#}
{% macro same_double(x) %}round({{ x }}, 12){% endmacro %}

{#- Ratio as DOUBLE, null when the denominator is zero or null. -#}
{% macro safe_ratio(numerator, denominator) -%}
(cast(({{ numerator }}) as double) / nullif(cast(({{ denominator }}) as double), 0))
{%- endmacro %}

{#- Whole number of times that `b` goes into `a` (BIGINT). -#}
{% macro integer_division(a, b) %}cast(floor(({{ a }}) / cast(({{ b }}) as double)) as bigint){% endmacro %}

{#- 1 or 0 (BIGINT) out of a condition; null counts as 0. -#}
{% macro as_flag(condition) %}cast(case when {{ condition }} then 1 else 0 end as bigint){% endmacro %}

{#- Probability that a standard normal number is as far from zero as `z`, either way: Abramowitz and Stegun 7.1.26, whose
    error is below 1.5e-7; no engine-independent function gives it. -#}
{% macro two_sided_p_value(z) -%}
{%- set x = '(abs(' ~ z ~ ') / sqrt(2.0))' -%}
{%- set t = '(1.0 / (1.0 + 0.3275911 * ' ~ x ~ '))' -%}
({{ t }} * (0.254829592 + {{ t }} * (-0.284496736 + {{ t }} * (1.421413741 + {{ t }} * (-1.453152027 + {{ t }} * 1.061405429))))
    * exp(-{{ x }} * {{ x }}))
{%- endmacro %}
