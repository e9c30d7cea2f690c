with moves as (
    select month_start, state_date, previous_state as from_state, state as to_state, count(*) as customers
    from {{ ref('customer_lifecycle') }}
    where previous_state is not null
    group by month_start, state_date, previous_state, state
),

final as (
    select
        month_start,
        state_date,
        from_state,
        to_state,
        cast(customers as bigint) as customers,
        cast(sum(customers) over (partition by month_start, from_state) as bigint) as from_customers,
        cast(sum(customers) over (partition by month_start, to_state) as bigint) as to_customers,
        {{ safe_ratio('customers', 'sum(customers) over (partition by month_start, from_state)') }} as transition_rate
    from moves
)

select * from final
