-- The sets of rule R13 per customer and period. Active at start means on the day before it, so that the closing set of
-- one period is the opening set of the next. Who is first seen before the record can prove a start (int_activity_record) is
-- neither new nor back: he has a set of his own.
with spells as (
    select * from {{ ref('int_activity_spells') }}
),

firsts as (
    select
        spells.customer_key,
        min(spells.active_from) as first_active_date,
        min(spells.active_from) >= record.proven_from_date as is_proven_new
    from spells
    cross join {{ ref('int_activity_record') }} as record
    group by spells.customer_key, record.proven_from_date
),

marked as (
    select
        customer_key,
        first_active_date,
        case when is_proven_new then first_active_date end as new_date,
        case when not is_proven_new then first_active_date end as first_seen_date
    from firsts
),

touched_periods as (
    select
        spells.customer_key,
        periods.period_grain,
        periods.period_start,
        max({{ as_flag('periods.day_before >= spells.active_from and periods.day_before < spells.active_until') }})
            as is_opening_active,
        max({{ as_flag(
            'periods.period_as_of_date >= spells.active_from and periods.period_as_of_date < spells.active_until'
        ) }}) as is_closing_active
    from {{ ref('int_periods') }} as periods
    inner join spells
        on spells.active_from <= periods.period_as_of_date
        and spells.active_until > periods.day_before
    group by spells.customer_key, periods.period_grain, periods.period_start
),

final as (
    select
        touched_periods.*,
        {{ as_flag('is_opening_active = 1 and is_closing_active = 1') }} as is_retained,
        {{ as_flag('is_opening_active = 1 and is_closing_active = 0') }} as is_churned,
        {{ as_flag('is_opening_active = 0 and is_closing_active = 1 and marked.new_date >= period_start') }} as is_new,
        {{ as_flag('is_opening_active = 0 and is_closing_active = 1 and marked.first_seen_date >= period_start') }}
            as is_first_seen,
        {{ as_flag('is_opening_active = 0 and is_closing_active = 1 and marked.first_active_date < period_start') }}
            as is_reactivated,
        {{ as_flag('is_opening_active = 0 and is_closing_active = 0') }} as is_in_and_out,
        -- back at the end or only for a time within the period (metric 43)
        {{ as_flag('is_opening_active = 0 and marked.first_active_date < period_start') }} as is_returned,
        {{ as_flag('marked.new_date >= period_start') }} as is_first_active
    from touched_periods
    inner join marked on marked.customer_key = touched_periods.customer_key
)

select * from final
