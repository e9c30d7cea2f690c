-- Tiers that people decided (config/tier_overrides.yml), for the customer that the named record belongs to now. After a
-- merge two decisions can meet in one customer: the later one holds.
with overrides as (
    select * from {{ ref('int_tier_decisions') }}
),

ranked as (
    select
        identities.customer_key,
        months.month_start,
        overrides.tier,
        overrides.reason,
        overrides.decided_by,
        overrides.valid_until,
        row_number() over (
            partition by identities.customer_key, months.month_start
            order by overrides.valid_from desc, overrides.source_system, overrides.entity, overrides.source_key
        ) as choice
    from overrides
    inner join {{ ref('customer_identity_map') }} as identities
        on identities.source_system = overrides.source_system
        and identities.entity = overrides.entity
        and identities.source_key = overrides.source_key
        and identities.valid_to is null
    inner join {{ ref('int_months') }} as months
        on months.month_as_of_date >= overrides.valid_from and months.month_as_of_date <= overrides.valid_until
),

final as (
    select customer_key, month_start, tier, reason, decided_by, valid_until
    from ranked
    where choice = 1
)

select * from final
