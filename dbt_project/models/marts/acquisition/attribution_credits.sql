with credits as (

    select
        units.*,
        conversions.converted_date,
        conversions.converted_month,
        conversions.is_horizon_open,
        cast(round(conversions.margin_amount * 100) as bigint) as margin_cents
    from {{ ref('int_credit_units') }} as units
    inner join {{ ref('int_conversions') }} as conversions on units.customer_key = conversions.customer_key

),

shared as (

    select
        *,
        {{ floor_of_division('margin_cents * credit_units', 1000000) }} as whole_cents,
        {{ floor_remainder('margin_cents * credit_units', 1000000) }} as remainder
    from credits

),

ranked as (

    select
        *,
        margin_cents - sum(whole_cents) over (partition by attribution_model, customer_key) as cents_left,
        row_number() over (
            partition by attribution_model, customer_key order by remainder desc nulls last, position, touch_id
        ) as remainder_rank
    from shared

),

final as (

    select
        attribution_model,
        customer_key,
        touch_id,
        converted_date,
        converted_month,
        source_system,
        channel,
        campaign_id,
        touched_date,
        position,
        touch_count,
        cast(credit_units / cast(1000000 as decimal(18, 6)) as decimal(9, 6)) as credit,
        -- the cents that rounding down left over go to the largest remainders
        cast((whole_cents + case when remainder_rank <= cents_left then 1 else 0 end) / cast(100 as decimal(18, 2))
            as decimal(18, 2)) as margin_amount,
        is_horizon_open
    from ranked

)

select * from final
