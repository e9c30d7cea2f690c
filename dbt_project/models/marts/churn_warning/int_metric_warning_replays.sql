-- The rules replayed on past month ends, and what became of each customer afterwards. So that the plain rule of days
-- without contact is compared at equal volume, it warns of as many customers as all rules together, the longest silent first.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

members as (
    select
        signals.*,
        {{ as_flag('signals.is_at_risk') }} as is_any_rule,
        spells.active_until as churned_date,
        {{ as_flag('spells.active_until <= ' ~ add_days('signals.as_of_date', warning_horizon_days())) }} as has_churned
    from {{ ref('int_warning_signals') }} as signals
    inner join context
        on signals.as_of_date <= {{ add_days('context.as_of_date', '-' ~ warning_horizon_days()) }}
    {{ join_spells('spells', 'signals', 'signals.as_of_date') }}
    where not signals.is_current
),

ranked as (
    select
        *,
        sum(is_any_rule) over (partition by as_of_date) as alert_volume,
        row_number() over (
            partition by as_of_date
            order by {{ as_flag('is_plain_no_contact') }} desc, days_without_contact desc nulls last, customer_key
        ) as silence_rank
    from members
),

-- a warning that has stood since an earlier month end was given then
runs as (
    select
        *,
        max(case when is_any_rule = 0 then as_of_date end) over (
            partition by customer_key order by as_of_date rows between unbounded preceding and current row
        ) as last_silent_date
    from ranked
),

begun as (
    select
        *,
        min(case when is_any_rule = 1 then as_of_date end) over (partition by customer_key, last_silent_date) as warned_since
    from runs
),

final as (
    select
        customer_key,
        as_of_date as warning_date,
        {%- for rule in warning_rules() %}
        {{ as_flag('is_' ~ rule) }} as is_{{ rule }},
        {%- endfor %}
        is_any_rule,
        {{ as_flag('is_plain_no_contact') }} as is_plain_contact,
        {{ as_flag('is_plain_no_contact and silence_rank <= alert_volume') }} as is_plain_contact_equal_volume,
        has_churned,
        case when has_churned = 1 then churned_date end as churned_date,
        case when is_any_rule = 1 and has_churned = 1
            then {{ days_between('warned_since', 'churned_date') }} end as lead_days
    from begun
)

select * from final
