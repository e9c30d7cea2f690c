{#- Up to which load each staging table was built, and on which verdicts: so that the next build knows what it must redo,
    and a verdict that is withdrawn brings its row back. Spark rebuilds its staging tables whole and needs no marks. -#}

{% macro create_staging_marks() %}{{ adapter.dispatch('create_staging_marks', 'customer_metrics')() }}{% endmacro %}
{% macro spark__create_staging_marks() %}{% endmacro %}
{% macro default__create_staging_marks() %}
create schema if not exists staging;
create table if not exists staging.staging_marks (entity varchar, load_seq bigint, held_back varchar);
{% endmacro %}

{#- The mark of an entity, or none when its table was never built or the mark is lost. -#}
{% macro staging_mark(entity) %}
    {% if not execute %}{{ return(none) }}{% endif %}
    {% set rows = run_query("select load_seq, held_back from staging.staging_marks where entity = '" ~ entity ~ "'").rows %}
    {{ return({'load_seq': rows[0][0], 'held_back': rows[0][1]} if rows | length == 1 else none) }}
{% endmacro %}

{#- One value that changes whenever the set of versions held back, of loads up to `up_to`, changes. -#}
{% macro held_back_fingerprint(entity, up_to) %}
    {% if not execute %}{{ return('') }}{% endif %}
    {{ return(run_query(
        'select ' ~ fingerprint_of(['source_system', '_key', '_row_hash']) ~ ' from (' ~ held_back_versions(entity, up_to) ~ ') as held'
    ).rows[0][0]) }}
{% endmacro %}

{#- Post-hook of every staging table, within the transaction that built it. -#}
{% macro remember_staged() %}{{ adapter.dispatch('remember_staged', 'customer_metrics')() }}{% endmacro %}
{% macro spark__remember_staged() %}{% endmacro %}
{% macro default__remember_staged() %}
    {%- set entity = entity_of(this.identifier) -%}
    {%- set load_seq = raw_file_entries(entity) | map(attribute='load_seq') | max | default(0, true) -%}
delete from staging.staging_marks where entity = '{{ entity }}';
insert into staging.staging_marks values ('{{ entity }}', {{ load_seq }}, '{{ held_back_fingerprint(entity, load_seq) }}');
{% endmacro %}
