{#- Keys whose staged row may have changed since the last build: what arrived since; all of them when the verdicts on what
    was staged then are no longer the same. -#}
{% macro touched_keys(entity) -%}
    {%- set since = staged_up_to(entity) -%}
select distinct source_system, _key from {{ raw_files(entity, after=since) }} {%- if since is not none %} where _load_seq > {{ since }}{% endif %}
{%- endmacro %}

{#- The load up to which the staged rows still hold, or none when all of them must be looked at again. -#}
{% macro staged_up_to(entity) %}
    {% set mark = staging_mark(entity) %}
    {% if mark is none or held_back_fingerprint(entity, mark.load_seq) != mark.held_back %}{{ return(none) }}{% endif %}
    {{ return(mark.load_seq) }}
{% endmacro %}

{#- Incremental strategy of staging: touched keys are replaced, and stay away when they have no valid version. -#}
{% macro get_incremental_replace_touched_keys_sql(arguments) %}
    {%- set entity = entity_of(this.identifier) -%}
    {%- set columns = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments['target_relation'] }} as staged
    using ({{ touched_keys(entity) }}) as touched
    where staged.source_system = touched.source_system and staged._key = touched._key;
    insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }};
{% endmacro %}

{#- stg_crm__accounts -> crm_accounts, stg_service__tickets -> svc_tickets -#}
{% macro entity_of(model_name) -%}
    {{ return(model_name | replace('stg_', '', 1) | replace('service__', 'svc_') | replace('__', '_')) }}
{%- endmacro %}
