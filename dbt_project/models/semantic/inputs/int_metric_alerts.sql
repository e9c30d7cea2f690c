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
        context.as_of_date
    from {{ ref('alert_history') }} as alerts
    cross join context

),

final as (

    select
        alert_id,
        opened_date,
        due_date,
        closed_date,
        {{ segment('rule') }} as rule,
        {{ segment('owner_id') }} as owner,
        {{ segment('severity') }} as severity,
        cast({{ seconds_between('opened_at', 'seen_at') }} / 3600.0 as double) as acknowledge_hours,
        {{ as_flag('seen_at is not null') }} as is_acknowledged,
        {{ as_flag('due_date <= as_of_date') }} as is_due,
        -- a result in words, or a cause that is measured to be gone
        {{ as_flag("due_date <= as_of_date and closed_date <= due_date and trim(coalesce(result, '')) <> ''") }} as is_closed_in_time,
        {{ as_flag("closed_by <> 'cause gone'") }} as is_closed_by_person,
        {{ as_flag("closed_by <> 'cause gone' and (lower(trim(result)) like 'false alarm%' or trim(result) like '误报%')") }}
            as is_false_alarm
    from alerts
    where opened_date <= as_of_date

)

select * from final
