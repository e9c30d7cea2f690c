{#- A model lands in the schema of its folder; an int_ model of core or marts in core_internal or marts_internal,
    which is not published. The rows that metrics are sums of have a published schema of their own. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set schema = (custom_schema_name or target.schema) | trim -%}
    {%- if node.name.startswith('int_metric_') -%}
        metric_rows
    {%- elif node.name.startswith('int_') and schema in ('core', 'marts') -%}
        {{ schema }}_internal
    {%- else -%}
        {{ schema }}
    {%- endif -%}
{%- endmacro %}
