{{ config(schema='marts') }}

-- Campaigns whose window is over and that kept a control group which chance chose. Each is weighed by how much its two groups together can
-- tell (Mantel and Haenszel): pooling all customers would mix campaigns that held back different shares.
with measurable as (

    select *, cast(treated as double) * control / (treated + control) as weight
    from {{ ref('campaign_performance') }}
    where treated > 0 and control > 0
        and coalesce(lift_null_reason, '') not in ('immature', 'unequal_arms')
        and starts_date is not null

),

final as (

    select
        {{ source_key('source_system', 'campaign_id') }} as campaign_key,
        campaign_name as campaign,
        {{ segment('channel') }} as channel,
        starts_date,
        least(treated, control) as smaller_arm,
        weight,
        weight * (treated_rate - control_rate) as weighted_lift,
        weight * weight * (
            treated_rate * (1 - treated_rate) / treated + control_rate * (1 - control_rate) / control
        ) as weighted_variance
    from measurable

)

select * from final
