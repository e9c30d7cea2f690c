-- Which team an agent sat in when, from the change log's valid versions; what was known first held from the beginning.
with context as (
    select time_zone from {{ ref('run_context') }}
),

versions as (
    select
        log.source_system,
        log.agent_id,
        coalesce(log.team, 'unassigned') as team,
        {{ business_date('log._version_at', 'context.time_zone') }} as version_date,
        row_number() over (
            partition by log.source_system, log.agent_id, {{ business_date('log._version_at', 'context.time_zone') }}
            order by log._version_at desc, log._load_seq desc, log._row_hash
        ) as rank_in_day
    from ({{ valid_versions('svc_agents') }}) as log
    cross join context
),

compared as (
    select
        *,
        lag(team) over (partition by source_system, agent_id order by version_date) as team_before,
        row_number() over (partition by source_system, agent_id order by version_date) as position
    from versions
    where rank_in_day = 1
),

dated as (
    select
        source_system,
        agent_id,
        team,
        case when position = 1 then {{ first_day_of_all() }} else version_date end as valid_from
    from compared
    where position = 1 or team <> team_before
)

select
    source_system,
    agent_id,
    team,
    valid_from,
    coalesce(lead(valid_from) over (partition by source_system, agent_id order by valid_from), {{ no_end() }}) as valid_to
from dated
