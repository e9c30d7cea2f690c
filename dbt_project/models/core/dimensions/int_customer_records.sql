-- The records of each customer. The record that survives in its entity carries the customer's attributes.
with context as (
    select time_zone from {{ ref('run_context') }}
),

-- a condition on one side of an outer join alone makes DuckDB compare each row with each
map as (
    select
        *,
        case when entity = 'crm_accounts' then source_key end as account_id,
        case when entity = 'erp_customers' then source_key end as customer_code
    from {{ ref('customer_identity_map') }}
    where valid_to is null and entity in ('crm_accounts', 'erp_customers')
),

final as (
    select
        map.customer_key,
        map.entity,
        map.source_system,
        map.source_key,
        map.is_survivor,
        coalesce(
            -- a creation in the future is the source's mistake
            {{ business_date(
                'least(coalesce(accounts.created_at, customers.created_at),'
                    ~ ' coalesce(accounts._loaded_at, customers._loaded_at))',
                'context.time_zone'
            ) }},
            {{ business_date('map.first_seen_at', 'context.time_zone') }}
        ) as known_since_date
    from map
    cross join context
    left join {{ ref('stg_crm__accounts') }} as accounts
        on accounts.source_system = map.source_system
        and accounts.account_id = map.account_id
    left join {{ ref('stg_erp__customers') }} as customers
        on customers.source_system = map.source_system
        and customers.customer_code = map.customer_code
)

select * from final
