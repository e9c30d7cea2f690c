{{ config(schema='marts') }}

with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

alerts as (

    select
        alerts.*,
        {{ business_date('alerts.opened_at', 'context.time_zone') }} as opened_date,
        {{ business_date('alerts.closed_at', 'context.time_zone') }} as closed_date,
        -- who closes an alert without a word before has seen it then; that its cause has gone is nobody's doing
        coalesce(alerts.acknowledged_at, case when alerts.closed_by <> 'cause gone' then alerts.closed_at end) as seen_at,
        trim(coalesce(alerts.result, '')) as words,
        context.as_of_date
    from {{ ref('alert_history') }} as alerts
    cross join context

),

judged as (

    select
        *,
        due_date <= as_of_date as is_due,
        -- a result in words, or a cause that is measured to be gone
        coalesce(closed_date <= due_date and words <> '', false) as is_closed_by_due_day,
        coalesce(closed_by <> 'cause gone', false) as is_closed_by_person,
        {{ is_called_false('words') }} as is_called_false
    from alerts
    where opened_date <= as_of_date

),

final as (

    select
        alert_id,
        opened_date,
        due_date,
        closed_date,
        {{ segment('rule') }} as rule,
        {{ segment('judged.owner_id') }} as owner,
        -- alerts go to people and to roles; a role that is nobody's user answers as a team of its own
        {{ segment('coalesce(teams.team, judged.owner_id)') }} as team,
        {{ segment('severity') }} as severity,
        cast({{ seconds_between('opened_at', 'seen_at') }} / 3600.0 as double) as acknowledge_hours,
        {{ as_flag('seen_at is not null') }} as is_acknowledged,
        {{ as_flag('seen_at is null and closed_at is null') }} as is_awaiting_acknowledgement,
        {{ as_flag('seen_at is null and closed_at is not null') }} as is_gone_unseen,
        {{ as_flag('is_due') }} as is_due,
        {{ as_flag('not is_due') }} as is_not_due_yet,
        {{ as_flag('is_due and is_closed_by_due_day') }} as is_closed_in_time,
        {{ as_flag('is_due and not is_closed_by_due_day') }} as is_not_closed_in_time,
        {{ as_flag('is_closed_by_person') }} as is_closed_by_person,
        {{ as_flag('is_closed_by_person and is_called_false') }} as is_false_alarm,
        {{ as_flag('is_closed_by_person and not is_called_false') }} as is_confirmed
    from judged
    {{ join_teams('judged.owner_id', 'judged.opened_date') }}

)

select * from final
