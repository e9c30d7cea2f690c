{#- Body of a model: from when until when who had a record of an entity, by the end of each day, as the change log saw it; only of
    records that changed hands, since the others are their owner's of today. Who is named first holds for the time before, since the
    log begins later than the business; a time without an owner is still of the last one named. -#}
{% macro owner_spells(entity, id) -%}
with context as (

    select time_zone from {{ ref('run_context') }}

),

versions as (

    select
        log.source_system,
        log.{{ id }},
        log.owner_id,
        {{ business_date('log._version_at', 'context.time_zone') }} as version_date,
        row_number() over (
            partition by log.source_system, log._key, {{ business_date('log._version_at', 'context.time_zone') }}
            order by log._version_at desc, log._load_seq desc, log._row_hash
        ) as rank_in_day
    from ({{ valid_versions(entity) }}) as log
    cross join context
    where log.owner_id is not null

),

handed_over as (

    select source_system, {{ id }}
    from versions
    where rank_in_day = 1
    group by source_system, {{ id }}
    having count(distinct owner_id) > 1

),

dated as (

    select
        versions.source_system,
        versions.{{ id }},
        versions.owner_id,
        case when row_number() over life = 1 then {{ first_day_of_all() }} else versions.version_date end as owned_from,
        coalesce(lead(versions.version_date) over life, {{ no_end() }}) as owned_until
    from versions
    inner join handed_over
        on versions.source_system = handed_over.source_system and versions.{{ id }} = handed_over.{{ id }}
    where versions.rank_in_day = 1
    window life as (partition by versions.source_system, versions.{{ id }} order by versions.version_date)

)

select * from dated
{%- endmacro %}

{#- Join of who had the record on a day. -#}
{% macro join_owner_of_then(alias, spells, record, id, day) -%}
left join {{ ref(spells) }} as {{ alias }}
    on {{ record }}.source_system = {{ alias }}.source_system
    and {{ record }}.{{ id }} = {{ alias }}.{{ id }}
    and {{ day }} >= {{ alias }}.owned_from
    and {{ day }} < {{ alias }}.owned_until
{%- endmacro %}
