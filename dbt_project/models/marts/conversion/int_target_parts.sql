-- Revenue targets of months as parts that sum to the whole by owner, by team and by region alike. The whole is the company's
-- target, without one what people have, without that what regions have; what of it nobody has is nobody's.
with held as (
    select
        month_start,
        scope_type,
        scope_value,
        coalesce(target_value, 0) as target_value,
        coalesce(first_target_value, 0) as first_target_value
    from {{ ref('int_target_months') }}
    where metric_name = 'net_revenue'
),

owners as (
    select
        held.month_start, held.scope_value as owner_id, {{ team() }} as team, 'unassigned' as region,
        held.target_value, held.first_target_value
    from held
    {{ join_teams('held.scope_value', last_day('held.month_start')) }}
    where held.scope_type = 'owner'
),

-- what of a team's target none of its people has
team_rests as (
    select
        held.month_start, 'unassigned' as owner_id, held.scope_value as team, 'unassigned' as region,
        held.target_value - coalesce(sum(owners.target_value), 0) as target_value,
        held.first_target_value - coalesce(sum(owners.first_target_value), 0) as first_target_value
    from held
    left join owners on owners.month_start = held.month_start and owners.team = held.scope_value
    where held.scope_type = 'team'
    group by held.month_start, held.scope_value, held.target_value, held.first_target_value
),

stated as (
    select 'people' as kind, * from owners
    union all
    select 'people', * from team_rests
    union all
    select 'regions', month_start, 'unassigned', 'unassigned', scope_value, target_value, first_target_value
    from held
    where scope_type = 'region'
    union all
    select 'company', month_start, 'unassigned', 'unassigned', 'unassigned', target_value, first_target_value
    from held
    where scope_type = 'company'
),

-- people and regions share one whole: the rest takes off what would be counted twice
rests as (
    select
        month_start, 'unassigned' as owner_id, 'unassigned' as team, 'unassigned' as region,
        {%- for value in ['target_value', 'first_target_value'] %}
        coalesce(
            sum(case when kind = 'company' then {{ value }} end),
            sum(case when kind = 'people' then {{ value }} end),
            sum(case when kind = 'regions' then {{ value }} end)
        ) - coalesce(sum(case when kind <> 'company' then {{ value }} end), 0) as {{ value }}{{ ',' if not loop.last }}
        {%- endfor %}
    from stated
    group by month_start
),

parts as (
    select month_start, owner_id, team, region, target_value, first_target_value from stated where kind <> 'company'
    union all
    select * from rests
),

final as (
    select
        month_start, owner_id, team, region,
        cast(sum(target_value) as decimal(18, 2)) as target_value,
        cast(sum(first_target_value) as decimal(18, 2)) as first_target_value
    from parts
    group by month_start, owner_id, team, region
)

select * from final
