{{ config(schema='marts') }}

-- Campaigns whose window is over and that kept a control group which chance chose. Each is weighed by how much its two groups together can
-- tell (Mantel and Haenszel): pooling all customers would mix campaigns that held back different shares.
with measurable as (

    select
        lifts.*,
        campaigns.campaign_name,
        campaigns.channel,
        campaigns.starts_date,
        cast(lifts.treated as double) * lifts.control / (lifts.treated + lifts.control) as weight
    from {{ ref('int_campaign_lifts') }} as lifts
    inner join {{ ref('dim_campaigns') }} as campaigns
        on lifts.source_system = campaigns.source_system and lifts.campaign_id = campaigns.campaign_id
    where lifts.treated > 0 and lifts.control > 0
        and coalesce(lifts.lift_null_reason, '') not in ('immature', 'unequal_arms')
        and campaigns.starts_date is not null

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
        -- how far the added buyers move the middle of the interval
        weight * (adjusted_lift - (treated_rate - control_rate)) as weighted_shift,
        weight * weight * lift_variance as weighted_variance
    from measurable

)

select * from final
