-- Which version of a target holds is said here and nowhere else: the latest one dated up to the day of the run; one without a
-- date came first. A period that has not begun has the version that opens it.
with context as (
    select reporting_currency, as_of_date from {{ ref('run_context') }}
),

-- a target that is written on another day of its first month holds from the first one
stated as (
    select *, {{ month_start('period_start') }} as first_day from {{ ref('stg_crm__sales_targets') }}
),

targets as (
    select
        targets.*,
        context.reporting_currency,
        context.as_of_date,
        case targets.period_grain
            when 'month' then {{ add_months('targets.first_day', 1) }}
            when 'quarter' then {{ add_months('targets.first_day', 3) }}
            else {{ add_months('targets.first_day', 12) }}
        end as period_end,
        -- a team beside an owner only says where he sits
        case
            when targets.owner_id is not null then 'owner'
            when targets.team is not null then 'team'
            when targets.region is not null then 'region'
            else 'company'
        end as scope_type,
        coalesce(targets.valid_from, {{ first_day_of_all() }}) as holds_from
    from stated as targets
    cross join context
),

named as (
    select
        *,
        coalesce(owner_id, team, region, 'company') as scope_value,
        -- a region beside an owner or a team is a part of his target, unless a target without one states the whole
        case when owner_id is not null or team is not null then coalesce(region, '') else '' end as part,
        holds_from <= as_of_date or (first_day > as_of_date and holds_from <= first_day) as may_hold
    from targets
),

versions as (
    select
        *,
        lead(valid_from) over (
            partition by metric, period_grain, first_day, scope_type, scope_value, part
            order by holds_from, source_system, target_id
        ) as valid_until_date,
        -- of those dated by a day the last; where none is, the first
        {%- for name, day in [('run', 'as_of_date'), ('start', 'first_day')] %}
        row_number() over (
            partition by metric, period_grain, first_day, scope_type, scope_value, part
            order by
                {{ as_flag('may_hold') }} desc,
                {{ as_flag('holds_from <= ' ~ day) }} desc,
                case when holds_from <= {{ day }} then holds_from end desc,
                case when holds_from > {{ day }} then holds_from end,
                source_system desc,
                target_id desc
        ) as rank_at_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from named
),

wholes as (
    select
        *,
        part = '' or max({{ as_flag("may_hold and part = ''") }}) over (
            partition by metric, period_grain, first_day, scope_type, scope_value
        ) = 0 as counts
    from versions
),

final as (
    select
        {{ source_key('wholes.source_system', 'wholes.target_id') }} as target_key,
        wholes.source_system,
        wholes.target_id,
        wholes.metric as metric_name,
        wholes.period_grain,
        wholes.first_day as period_start,
        wholes.period_end,
        wholes.scope_type,
        wholes.scope_value,
        wholes.team,
        wholes.owner_id,
        wholes.region,
        cast(wholes.target_value as decimal(18, 4)) as document_target_value,
        wholes.currency,
        -- a target of counts or rates has no currency and is not converted
        case when wholes.currency is null then {{ to_money('wholes.target_value') }}
            else {{ converted('wholes.target_value', 'rates') }} end as target_value,
        wholes.valid_from as valid_from_date,
        wholes.valid_until_date,
        wholes.counts and wholes.may_hold and wholes.rank_at_run = 1 as is_in_force,
        wholes.counts and wholes.may_hold and wholes.rank_at_start = 1 as is_in_force_at_start,
        wholes.is_stale
    from wholes
    {{ join_rates('rates', 'wholes.currency', 'wholes.reporting_currency', 'wholes.first_day') }}
)

select * from final
