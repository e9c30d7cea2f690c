-- Credit in millionths: every conversion and model has exactly one million of them.
with touches as (

    select
        conversions.customer_key,
        conversions.converted_date,
        touches.touch_id,
        touches.source_system,
        touches.channel,
        touches.campaign_id,
        touches.touched_date,
        row_number() over (
            partition by conversions.customer_key order by touches.touched_at asc nulls last, touches.touch_id
        ) as position,
        count(*) over (partition by conversions.customer_key) as touch_count
    from {{ ref('int_conversions') }} as conversions
    inner join {{ ref('fct_touches') }} as touches
        on conversions.customer_key = touches.customer_key
        and touches.touched_date <= conversions.converted_date
        and {{ days_between('touches.touched_date', 'conversions.converted_date') }} <= {{ attribution_window_days() }}

),

models as (

    select 'first' as attribution_model
    union all
    select 'last' as attribution_model
    union all
    select 'linear' as attribution_model
    union all
    select 'position' as attribution_model

),

weighted as (

    select
        models.attribution_model,
        touches.*,
        cast(case
            when models.attribution_model = 'first' then case when position = 1 then 1000000 else 0 end
            when models.attribution_model = 'last' then case when position = touch_count then 1000000 else 0 end
            when models.attribution_model = 'linear' or touch_count <= 2 then {{ equal_share_units(1000000, 'touch_count', 'position') }}
            -- 40 % to the first, 40 % to the last, the rest to those between
            when position = 1 or position = touch_count then 400000
            else {{ equal_share_units(200000, '(touch_count - 2)', '(position - 1)') }}
        end as bigint) as credit_units
    from touches
    cross join models

),

final as (

    select
        attribution_model, customer_key, touch_id, source_system, channel, campaign_id, touched_date,
        cast(position as bigint) as position, cast(touch_count as bigint) as touch_count, credit_units
    from weighted
    where credit_units > 0
    union all
    select
        models.attribution_model,
        conversions.customer_key,
        'unattributed' as touch_id,
        null as source_system,
        'unattributed' as channel,
        null as campaign_id,
        null as touched_date,
        1 as position,
        0 as touch_count,
        1000000 as credit_units
    from {{ ref('int_conversions') }} as conversions
    cross join models
    left join touches on conversions.customer_key = touches.customer_key
    where touches.customer_key is null

)

select * from final
