{#- Newest valid version per key of one contract entity. Deleted keys are absent. A version that gate 1 holds back
    is passed over: the version before it stands, marked is_stale. -#}

{% macro contract_columns(entity) %}
    {% set names = [] %}
    {% for column in contract()[entity]['columns'] %}
        {% do names.append(column['name'] if column is mapping else column) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}

{#- Body of a select: versions (system, key, row hash) that gate 1 holds back, of all loads or up to one. -#}
{% macro held_back_versions(entity, up_to=none) -%}
select distinct source_system, key as _key, row_hash as _row_hash
from {{ home_parquet('quality/verdicts.parquet') }}
where entity = '{{ entity }}' and severity = 'critical' {%- if up_to is not none %} and load_seq <= {{ up_to }}{% endif %}
{%- endmacro %}

{% macro staging(entity) %}
{%- set since = staged_up_to(entity) if is_incremental() else none -%}
{#- nothing new: only the empty file is read -#}
{%- set oldest = since if since is not none and not raw_file_entries(entity, since) else none %}
with held_back as (
    {{ held_back_versions(entity) }}
),
{% if is_incremental() %}
touched as (
    {{ touched_keys(entity) }}
),
{% endif %}
versions as (
    select log.*
    from {{ raw_files(entity, after=oldest) }} as log
    {% if is_incremental() %}
    inner join touched on touched.source_system = log.source_system and touched._key = log._key
    {% endif %}
),
ranked as (
    select
        versions.*,
        held_back._key is not null as is_held_back,
        row_number() over (
            partition by versions.source_system, versions._key
            order by (held_back._key is not null), versions._version_at desc, versions._load_seq desc, versions._row_hash
        ) as valid_rank,
        row_number() over (
            partition by versions.source_system, versions._key
            order by versions._version_at desc, versions._load_seq desc, versions._row_hash
        ) as version_rank
    from versions
    left join held_back
        on held_back.source_system = versions.source_system
        and held_back._key = versions._key
        and held_back._row_hash = versions._row_hash
)
select
    {% for column in contract_columns(entity) %}
    {{ column }},
    {% endfor %}
    source_system,
    _key,
    _loaded_at,
    _version_at,
    cast(_load_seq as bigint) as _load_seq,
    version_rank > 1 as is_stale
from ranked
where valid_rank = 1 and not is_held_back and _change = 'upsert'
{% endmacro %}

{#- Body of a select over the change log without deletions and without what gate 1 holds back: the valid past. -#}
{% macro valid_versions(entity) -%}
select log.*
from {{ raw_files(entity) }} as log
left join ({{ held_back_versions(entity) }}) as held
    on held.source_system = log.source_system and held._key = log._key and held._row_hash = log._row_hash
where log._change = 'upsert' and held._key is null
{%- endmacro %}
