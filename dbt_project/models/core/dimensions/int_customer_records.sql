-- The records of each customer. The record that survives in its entity carries the customer's attributes.
with context as (
    select time_zone from {{ ref('run_context') }}
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
    from {{ ref('customer_identity_map') }} as map
    cross join context
    left join {{ ref('stg_crm__accounts') }} as accounts
        on map.entity = 'crm_accounts'
        and accounts.source_system = map.source_system
        and accounts.account_id = map.source_key
    left join {{ ref('stg_erp__customers') }} as customers
        on map.entity = 'erp_customers'
        and customers.source_system = map.source_system
        and customers.customer_code = map.source_key
    where map.valid_to is null and map.entity in ('crm_accounts', 'erp_customers')
)

select * from final
