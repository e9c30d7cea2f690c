{#- A table is replaced within one transaction, comments and all. The materialization of dbt-duckdb builds beside the old
    table, asks for indexes and foreign keys, which no table here has, renames twice, and asks for the columns before it
    comments on them: most of what 250 small models cost. -#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% call statement('main') -%}
    drop table if exists {{ target_relation }};
    {{ create_table_as(False, target_relation, compiled_code) }}
    {{ comments_of(target_relation) }}
  {%- endcall %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#- What persist_docs says of the model being built, as statements; a documented column that does not exist is an error. -#}
{% macro comments_of(relation) %}
  {% if config.persist_relation_docs() and model.description %}{{ alter_relation_comment(relation, model.description) }}{% endif %}
  {% if config.persist_column_docs() %}{{ alter_column_comment(relation, model.columns) }}{% endif %}
{% endmacro %}
