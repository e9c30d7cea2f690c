-- One state per customer and observed day; the first that holds, in this order (metric 77).
with context as (
    select
        *,
        -- half the window of activity; who has a contract is silent after 90 days without any event
        case when profile = 'b2b_contract' then 90 else {{ integer_division('active_days', 2) }} end as silent_days
    from {{ ref('run_context') }}
),

known as (
    {{ observed_customers() }}
),

renewed as (
    select customer_key, min(starts_date) as first_renewal_date
    from {{ ref('fct_contracts') }}
    where not is_draft and (contract_type = 'renewal' or renewed_from_contract_id is not null)
    group by customer_key
),

warned as (
    select customer_key, as_of_date from {{ ref('int_warning_signals') }} where is_at_risk
),

-- months for which somebody's events are on record that tell silence
recorded as (
    select distinct month_start from {{ ref('int_lifecycle_events') }} where is_silence_told
),

final as (
    select
        known.*,
        events.last_event_date,
        case
            when known.first_active_date is null or known.first_active_date > known.state_date then 'prospect'
            when spells.customer_key is null then 'churned'
            when warned.customer_key is not null then 'at_risk'
            -- nobody is silent before he has had the time, nor where nobody writes down what happens
            when recorded.month_start is not null and {{ days_between(
                'greatest(coalesce(events.last_event_date, spells.active_from), spells.active_from)', 'known.state_date'
            ) }} >= context.silent_days then 'silent'
            when known.is_proven_new and {{ days_between('known.first_active_date', 'known.state_date') }} < {{ new_customer_days() }} then 'new'
            when {{ add_months('known.first_active_date', 12) }} <= known.state_date
                and (coalesce(orders.order_days, 0) >= 2 or renewed.first_renewal_date <= known.state_date) then 'loyal'
            else 'active'
        end as state
    from known
    cross join context
    {{ join_spells('spells', 'known', 'known.state_date') }}
    left join warned on warned.customer_key = known.customer_key and warned.as_of_date = known.state_date
    left join {{ ref('int_lifecycle_events') }} as events
        on events.customer_key = known.customer_key and events.month_start = known.month_start
    left join recorded on recorded.month_start = known.month_start
    left join {{ ref('int_warning_orders') }} as orders
        on orders.customer_key = known.customer_key and orders.snapshot_date = known.state_date
    left join renewed on renewed.customer_key = known.customer_key
)

select * from final
