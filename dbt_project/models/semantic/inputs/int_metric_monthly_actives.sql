{{ config(schema='marts') }}

-- Customers that did something themselves in a month: an order, a visit or login, or a contact in which they took part.
with context as (

    select as_of_date from {{ ref('run_context') }}

),

events as (

    select customer_key, purchase_date as event_date from {{ ref('int_purchases') }}
    union all
    select customer_key, occurred_date from {{ ref('fct_engagements') }}
    union all
    select customer_key, contact_date from {{ ref('int_contacts') }}

),

months as (

    select distinct events.customer_key, {{ month_start('events.event_date') }} as month_start
    from events
    inner join context on events.event_date <= context.as_of_date
    where events.customer_key <> 'unassigned'

),

final as (

    select months.customer_key, months.month_start, {{ customer_segments(['region', 'owner', 'tier', 'customer_type', 'channel']) }}
    from months
    {{ join_segments('months', 'months.month_start') }}

)

select * from final
