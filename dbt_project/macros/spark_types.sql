{#- Types on Spark. The contracts of the published tables are written in DuckDB's types. On Spark a model's columns are cast to them: widths
    that Spark chooses otherwise (a row number is INT, a sum of DECIMAL(18,2) is DECIMAL(28,2)) come out as promised. -#}

{% macro spark_type(data_type) %}{{ return('string' if data_type | lower == 'varchar' else data_type) }}{% endmacro %}

{#- Names must agree; the types are made to. -#}
{% macro spark__get_assert_columns_equivalent(sql) %}
    {%- set found = get_column_schema_from_query(sql) | map(attribute='name') | list -%}
    {%- set promised = model['columns'].keys() | list -%}
    {%- if found | sort != promised | sort -%}
        {%- do exceptions.raise_compiler_error(
            'The contract of ' ~ model['name'] ~ ' names other columns than its query: only in the contract '
            ~ (promised | reject('in', found) | list) ~ ', only in the query ' ~ (found | reject('in', promised) | list)
        ) -%}
    {%- endif -%}
{% endmacro %}

{% macro spark__get_select_subquery(sql) %}
    select
    {%- for column in model['columns'].values() %}
        cast({{ column['name'] }} as {{ spark_type(column['data_type']) }}) as {{ column['name'] }}{{ ',' if not loop.last }}
    {%- endfor %}
    from ({{ sql }}) as model_subquery
{% endmacro %}

{#- Query that has the columns of the change log of an entity, and no row. -#}
{% macro empty_change_log(entity) -%}
    {%- set types = dict(contract()[entity]['columns']) -%}
    {%- do types.update({
        'source_system': 'string', '_key': 'string', '_keep': 'string', '_rejected': 'string', '_origin': 'string',
        '_mapping_version': 'string', '_load_id': 'string', '_load_seq': 'bigint', '_loaded_at': 'timestamp',
        '_change': 'string', '_row_hash': 'string', '_version_at': 'timestamp'
    }) -%}
    select
    {%- for name, data_type in types.items() %}
        cast(null as {{ spark_type(data_type) }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
    where 1 = 0
{%- endmacro %}
