-- I9: who is in a state at the end of a month came from somewhere, and who was in one at its start went somewhere.
with states as (
    select month_start, state, count(*) as customers
    from {{ ref('customer_lifecycle') }}
    group by month_start, state
),

arrived as (
    select month_start, to_state as state, sum(customers) as customers
    from {{ ref('lifecycle_transitions') }}
    group by month_start, to_state
),

departed as (
    select months.previous_month_start as month_start, moves.from_state as state, sum(moves.customers) as customers
    from {{ ref('lifecycle_transitions') }} as moves
    inner join {{ ref('int_lifecycle_months') }} as months on months.month_start = moves.month_start
    where moves.from_state <> 'entry'
    group by months.previous_month_start, moves.from_state
),

span as (
    select min(month_start) as first_month, max(month_start) as last_month from states
)

select 'arrived' as side, states.month_start, states.state, states.customers, arrived.customers as moved
from states
inner join span on states.month_start > span.first_month
left join arrived on arrived.month_start = states.month_start and arrived.state = states.state
where coalesce(arrived.customers, 0) <> states.customers
union all
select 'departed', states.month_start, states.state, states.customers, departed.customers
from states
inner join span on states.month_start < span.last_month
left join departed on departed.month_start = states.month_start and departed.state = states.state
where coalesce(departed.customers, 0) <> states.customers
