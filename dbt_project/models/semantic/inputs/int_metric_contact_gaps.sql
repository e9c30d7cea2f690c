{{ config(schema='marts') }}

-- How long customers active on a month's last day, or today, had been without two-way contact (metric 53).
with signals as (

    select customer_key, as_of_date, days_without_contact
    from {{ ref('int_warning_signals') }}
    where days_without_contact is not null

),

final as (

    select signals.*, {{ customer_segments(['region', 'owner', 'tier', 'customer_type']) }}
    from signals
    {{ join_segments('signals', 'signals.as_of_date') }}

)

select * from final
