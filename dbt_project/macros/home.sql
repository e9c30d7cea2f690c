{#- Files of the company (CMW_HOME) that dbt reads. While dbt only parses, nothing is read. -#}

{% macro home_path(relative) %}{{ return(env_var('CMW_HOME') ~ '/' ~ relative) }}{% endmacro %}

{#- Body of a select over one Parquet file below CMW_HOME. -#}
{% macro home_parquet(relative) %}{{ parquet_files([home_path(relative)]) }}{% endmacro %}

{#- raw/manifest.json as a dictionary, read when a model runs: what it does not name does not exist. -#}
{% macro raw_manifest() %}
    {% if not execute %}{{ return({'files': [], 'load_seq': 0}) }}{% endif %}
    {% set text = run_query(file_text_query(home_path('raw/manifest.json'))).rows[0][0] %}
    {{ return(fromjson(text)) }}
{% endmacro %}

{#- Entries of the manifest for one entity; with `after`, only of loads later than that load_seq. -#}
{% macro raw_file_entries(entity, after=none) %}
    {% set found = [] %}
    {% for file in raw_manifest()['files'] if file['entity'] == entity %}
        {% if after is none or file['load_seq'] > after %}{% do found.append(file) %}{% endif %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}

{#- Paths of the loads of one entity, each once. -#}
{% macro raw_file_paths(entity, after=none) %}
    {% set paths = [] %}
    {% for file in raw_file_entries(entity, after) %}
        {% set path = home_path('raw/' ~ file['path']) %}
        {% if path not in paths %}{% do paths.append(path) %}{% endif %}
    {% endfor %}
    {{ return(paths) }}
{% endmacro %}

{#- Body of a select over the change log of one entity: every version of every row. -#}
{% macro raw_files(entity, after=none) %}{{ adapter.dispatch('raw_files', 'customer_metrics')(entity, after) }}{% endmacro %}
{#- DuckDB reads the typed file without rows along: an entity that no source brings is an empty table. -#}
{% macro default__raw_files(entity, after=none) -%}
    {%- set paths = [home_path('raw/' ~ entity ~ '/_empty.parquet')] -%}
    {%- for path in raw_file_paths(entity, after) if path not in paths -%}{%- do paths.append(path) -%}{%- endfor -%}
    {{ parquet_files(paths) }}
{%- endmacro %}

{#- Spark sees no file whose name begins with an underscore: without loads the types come from the contract. -#}
{% macro spark__raw_files(entity, after=none) -%}
    {%- set paths = [] -%}
    {%- for path in raw_file_paths(entity, after) if not path.endswith('/_empty.parquet') -%}{%- do paths.append(path) -%}{%- endfor -%}
    {%- if paths -%}{{ parquet_files(paths) }}{%- else -%}({{ empty_change_log(entity) }}){%- endif -%}
{%- endmacro %}

{#- Names of all source systems that the change log holds, and the entities each of them brings. -#}
{% macro source_entities() %}
    {% set systems = {} %}
    {% for file in raw_manifest()['files'] if file['source_system'] %}
        {% do systems.setdefault(file['source_system'], []).append(file['entity']) %}
    {% endfor %}
    {{ return(systems) }}
{% endmacro %}
