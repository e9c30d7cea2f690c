{#- The team in which an agent of the facts' desk sat on a day: join as `alias`, and read its column team. -#}
{% macro join_agent_teams(alias, facts, agent, day) -%}
left join {{ ref('int_agent_teams') }} as {{ alias }}
    on {{ facts }}.source_system = {{ alias }}.source_system
    and {{ agent }} = {{ alias }}.agent_id
    and {{ day }} >= {{ alias }}.valid_from
    and {{ day }} < {{ alias }}.valid_to
{%- endmacro %}
