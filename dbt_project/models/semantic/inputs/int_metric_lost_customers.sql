{{ config(schema='marts') }}

-- The set X of R13: active at the start of the period and not at its end. Who left and came back within it is not lost to
-- it; who left several times has the cause and the revenue of the last. Segments are those of the start, like those of
-- churned_customers: whoever leaves has left the best tier before he is counted.
with lost as (

    select * from {{ ref('customer_periods') }} where is_churned = 1

),

placed as (

    select
        lost.customer_key,
        lost.period_grain,
        lost.period_start,
        causes.churned_date,
        causes.primary_cause,
        causes.lost_revenue,
        {{ segment('lost.acquisition_channel_at_start') }} as channel,
        {{ segment('lost.region_at_start') }} as region,
        {{ segment('lost.owner_id_at_start') }} as owner,
        {{ segment('lost.tier_at_start') }} as tier,
        {{ segment('lost.customer_type_at_start') }} as customer_type,
        row_number() over (
            partition by lost.customer_key, lost.period_grain, lost.period_start order by causes.churned_date desc
        ) as recency
    from lost
    inner join {{ ref('churn_causes') }} as causes
        on causes.customer_key = lost.customer_key
        and causes.churned_date between lost.period_start and lost.period_end

),

final as (

    select
        customer_key, period_grain, period_start, churned_date, primary_cause, lost_revenue,
        channel, region, owner, tier, customer_type
    from placed
    where recency = 1

)

select * from final
