-- Which version of a target holds is said here and nowhere else: the latest one dated up to the day of the run; one without a
-- date came first. A period that has not begun has the version that opens it.
with context as (
    select reporting_currency, as_of_date from {{ ref('run_context') }}
),

targets as (
    select
        targets.*,
        context.reporting_currency,
        context.as_of_date,
        case targets.period_grain
            when 'month' then {{ add_months('targets.period_start', 1) }}
            when 'quarter' then {{ add_months('targets.period_start', 3) }}
            else {{ add_months('targets.period_start', 12) }}
        end as period_end,
        -- a team beside an owner only says where he sits
        case
            when targets.region is not null and (targets.owner_id is not null or targets.team is not null) then 'combined'
            when targets.owner_id is not null then 'owner'
            when targets.team is not null then 'team'
            when targets.region is not null then 'region'
            else 'company'
        end as scope_type,
        coalesce(targets.valid_from, {{ first_day_of_all() }}) as holds_from
    from {{ ref('stg_crm__sales_targets') }} as targets
    cross join context
),

named as (
    select
        *,
        case scope_type
            when 'combined' then concat_ws(' | ', region, team, owner_id)
            else coalesce(owner_id, team, region, 'company')
        end as scope_value,
        holds_from <= as_of_date or (period_start > as_of_date and holds_from <= period_start) as may_hold
    from targets
),

versions as (
    select
        *,
        lead(valid_from) over (
            partition by metric, period_grain, period_start, scope_type, scope_value
            order by holds_from, source_system, target_id
        ) as valid_until_date,
        -- of those dated by a day the last; where none is, the first
        {%- for name, day in [('run', 'as_of_date'), ('start', 'period_start')] %}
        row_number() over (
            partition by metric, period_grain, period_start, scope_type, scope_value
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

final as (
    select
        {{ source_key('versions.source_system', 'versions.target_id') }} as target_key,
        versions.source_system,
        versions.target_id,
        versions.metric as metric_name,
        versions.period_grain,
        versions.period_start,
        versions.period_end,
        versions.scope_type,
        versions.scope_value,
        versions.team,
        versions.owner_id,
        versions.region,
        cast(versions.target_value as decimal(18, 4)) as document_target_value,
        versions.currency,
        -- a target of counts or rates has no currency and is not converted
        case when versions.currency is null then {{ to_money('versions.target_value') }}
            else {{ converted('versions.target_value', 'rates') }} end as target_value,
        versions.valid_from as valid_from_date,
        versions.valid_until_date,
        versions.may_hold and versions.rank_at_run = 1 as is_in_force,
        versions.may_hold and versions.rank_at_start = 1 as is_in_force_at_start,
        versions.is_stale
    from versions
    {{ join_rates('rates', 'versions.currency', 'versions.reporting_currency', 'versions.period_start') }}
)

select * from final
