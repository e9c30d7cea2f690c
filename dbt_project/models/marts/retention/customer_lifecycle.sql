with states as (
    select * from {{ ref('int_lifecycle_states') }}
),

observed as (
    select months.month_start, months.previous_month_start, earlier.month_start is not null as has_opening
    from {{ ref('int_lifecycle_months') }} as months
    left join {{ ref('int_lifecycle_months') }} as earlier on earlier.month_start = months.previous_month_start
),

final as (
    select
        states.customer_key,
        states.month_start,
        states.state_date,
        states.is_current,
        states.state,
        labels.label_en as state_en,
        labels.label_zh as state_zh,
        -- who was not known at the start enters; the first observed month has no opening
        case when observed.has_opening then coalesce(before.state, 'entry') end as previous_state,
        states.first_active_date,
        states.last_event_date,
        coalesce(attributes.owner_id, 'unassigned') as owner_id,
        coalesce(attributes.region, 'unknown') as region,
        coalesce(attributes.customer_type, 'unassigned') as customer_type,
        coalesce(attributes.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(tiers.tier, 'unranked') as tier
    from states
    inner join observed on observed.month_start = states.month_start
    inner join {{ ref('lifecycle_states') }} as labels on labels.state = states.state
    left join states as before
        on before.customer_key = states.customer_key and before.month_start = observed.previous_month_start
    left join {{ ref('int_customer_tier_months') }} as tiers
        on tiers.customer_key = states.customer_key and tiers.month_start = states.month_start
    {{ join_history('attributes', 'states', 'states.state_date') }}
)

select * from final
