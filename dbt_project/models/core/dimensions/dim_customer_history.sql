-- Which attributes a customer had when. The first known state reaches back to the day from which the customer is known;
-- the newest one is open-ended.
with states as (
    select * from {{ ref('int_customer_states') }}
),

compared as (
    select
        *,
        lag(owner_id || '|' || region || '|' || customer_type || '|' || acquisition_channel || '|' || status) over (
            partition by customer_key order by version_date
        ) as state_before,
        row_number() over (partition by customer_key order by version_date) as position
    from states
),

changes as (
    select *
    from compared
    where position = 1
        or state_before <> owner_id || '|' || region || '|' || customer_type || '|' || acquisition_channel || '|' || status
),

dated as (
    select
        changes.*,
        case when changes.position = 1
            then least(customers.known_since_date, changes.version_date) else changes.version_date end as valid_from
    from changes
    inner join {{ ref('dim_customers') }} as customers on customers.customer_key = changes.customer_key
),

final as (
    select
        customer_key,
        valid_from,
        coalesce(lead(valid_from) over (partition by customer_key order by valid_from), {{ no_end() }}) as valid_to,
        owner_id,
        region,
        customer_type,
        acquisition_channel,
        status
    from dated
    union all
    select
        customers.customer_key,
        case when customers.customer_key = 'unassigned' then {{ first_day_of_all() }} else customers.known_since_date end,
        {{ no_end() }}, customers.owner_id, customers.region,
        customers.customer_type, customers.acquisition_channel, 'unknown'
    from {{ ref('dim_customers') }} as customers
    where customers.customer_key not in (select dated.customer_key from dated)
)

select * from final
