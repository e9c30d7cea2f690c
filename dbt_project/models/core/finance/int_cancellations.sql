-- The cancellation date that the source names holds; where it names none, the day on which the change log first saw
-- the status. A document that was posted before counts from its date until then, so that the past can be replayed.
with context as (
    select time_zone from {{ ref('run_context') }}
),

{% set kinds = ['erp_orders', 'erp_invoices', 'erp_payments'] %}
cancelled as (
    {% for entity in kinds %}
    select '{{ entity }}' as entity, source_system, _key, cancelled_on, _version_at
    from {{ ref(staging_model(entity)) }}
    where status = 'cancelled'
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

versions as (
    {% for entity in kinds %}
    select '{{ entity }}' as entity, source_system, _key, status, _version_at, _load_seq, _row_hash
    from {{ raw_files(entity) }}
    where _change = 'upsert'
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

numbered as (
    select
        versions.entity,
        versions.source_system,
        versions._key,
        coalesce(versions.status, '') as status,
        versions._version_at,
        row_number() over (
            partition by versions.entity, versions.source_system, versions._key
            order by versions._version_at, versions._load_seq, versions._row_hash
        ) as position
    from versions
    inner join cancelled
        on cancelled.entity = versions.entity
        and cancelled.source_system = versions.source_system
        and cancelled._key = versions._key
),

compared as (
    select
        *,
        max(case when status <> 'cancelled' then position else 0 end) over (
            partition by entity, source_system, _key
        ) as last_living_position
    from numbered
),

seen as (
    select
        entity,
        source_system,
        _key,
        min(case when position > last_living_position then _version_at end) as first_seen_at,
        max(case when status not in ('cancelled', 'draft', '') then 1 else 0 end) as living_versions
    from compared
    group by entity, source_system, _key
)

select
    cancelled.entity,
    cancelled.source_system,
    cancelled._key,
    coalesce(
        cancelled.cancelled_on,
        {{ business_date('coalesce(seen.first_seen_at, cancelled._version_at)', 'context.time_zone') }}
    ) as cancelled_date,
    coalesce(seen.living_versions, 0) = 1 as was_seen_living
from cancelled
cross join context
left join seen
    on seen.entity = cancelled.entity
    and seen.source_system = cancelled.source_system
    and seen._key = cancelled._key
