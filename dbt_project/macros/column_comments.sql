{#- Every documented column gets its comment, and one that does not exist is an error. The macro of dbt-duckdb asks the
    database for the columns of each table first, which costs as much as building a small one. -#}
{% macro duckdb__alter_column_comment(relation, column_dict) %}
  {% for name, column in column_dict.items() if column['description'] %}
    comment on column {{ relation }}.{{ adapter.quote(name) }} is {{ duckdb_escape_comment(column['description']) }};
  {% endfor %}
{% endmacro %}
