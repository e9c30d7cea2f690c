{#- Body of a select: keys of one contract entity whose newest version gate 1 holds back, with the named columns as they
    came. They are in the change log but not (or only as an older version) in staging. -#}
{% macro held_back_rows(entity, columns) -%}
select
    ranked.source_system,
    ranked._key,
    staged._key is not null as is_staged
    {%- for column in columns %},
    ranked.{{ column }}
    {%- endfor %}
from (
    select
        log.*,
        row_number() over (
            partition by log.source_system, log._key order by log._version_at desc, log._load_seq desc, log._row_hash
        ) as version_rank
    from {{ raw_files(entity) }} as log
    inner join (
        select distinct source_system, key from {{ ref('int_held_back_verdicts') }} where entity = '{{ entity }}'
    ) as judged
        on judged.source_system = log.source_system and judged.key = log._key
) as ranked
inner join (
    select distinct source_system, key, row_hash from {{ ref('int_held_back_verdicts') }} where entity = '{{ entity }}'
) as held
    on held.source_system = ranked.source_system and held.key = ranked._key and held.row_hash = ranked._row_hash
left join {{ ref(staging_model(entity)) }} as staged
    on staged.source_system = ranked.source_system and staged._key = ranked._key
where ranked.version_rank = 1
{%- endmacro %}

{#- erp_invoices -> stg_erp__invoices -#}
{% macro staging_model(entity) %}
    {{ return('stg_' ~ entity | replace('_', '__', 1) | replace('svc__', 'service__')) }}
{% endmacro %}
