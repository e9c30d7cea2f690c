{#- The dimensions that customers are looked at by, as of a period. -#}
{% macro customer_dimensions() %}{{ return(['owner_id', 'region', 'customer_type', 'acquisition_channel', 'tier']) }}{% endmacro %}

{#- Attributes in force on a day: join of dim_customer_history on customer and day. -#}
{% macro join_history(name, relation, day) -%}
left join {{ ref('dim_customer_history') }} as {{ name }}
    on {{ name }}.customer_key = {{ relation }}.customer_key
    and {{ day }} >= {{ name }}.valid_from
    and {{ day }} < {{ name }}.valid_to
{%- endmacro %}

{#- The spell that holds a day, if the customer is active on it: spells of one customer never overlap. -#}
{% macro join_spells(name, relation, day) -%}
left join {{ ref('int_activity_spells') }} as {{ name }}
    on {{ name }}.customer_key = {{ relation }}.customer_key
    and {{ day }} >= {{ name }}.active_from
    and {{ day }} < {{ name }}.active_until
{%- endmacro %}
