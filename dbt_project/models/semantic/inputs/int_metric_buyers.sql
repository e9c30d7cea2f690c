{{ config(schema='marts') }}

with context as (

    select as_of_date from {{ ref('run_context') }}

),

-- what was ordered on one day is one purchase; one that was returned as a whole counts until then
purchase_days as (

    select
        purchases.customer_key,
        purchases.purchase_date,
        max(coalesce(returned.returned_date, {{ no_end() }})) as counts_until
    from {{ ref('int_purchases') }} as purchases
    left join {{ ref('int_metric_returned_purchases') }} as returned
        on purchases.purchase_type = returned.purchase_type
        and purchases.purchase_key = returned.purchase_key
    where purchases.customer_key <> 'unassigned'
    group by purchases.customer_key, purchases.purchase_date

),

months as (

    select
        months.*,
        least({{ last_day('months.month_start') }}, context.as_of_date) as month_end
    from {{ ref('customer_months') }} as months
    cross join context
    where months.customer_key <> 'unassigned'

),

buyers as (

    select
        segments.customer_key,
        segments.month_start,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        {{ as_flag('true') }} as is_buyer,
        {{ as_flag('count(purchase_days.purchase_date) > 1') }} as is_repeat_buyer
    from months as segments
    inner join purchase_days
        on segments.customer_key = purchase_days.customer_key
        and purchase_days.purchase_date <= segments.month_end
        and purchase_days.purchase_date > {{ add_days('segments.month_end', -365) }}
        and purchase_days.counts_until > segments.month_end
    group by
        segments.customer_key, segments.month_start, segments.acquisition_channel, segments.region,
        segments.owner_id, segments.tier, segments.customer_type

),

empty_months as (

    {{ months_without('buyers') }}

),

final as (

    select * from buyers
    union all
    -- a longer period takes its last month, also where nobody has bought up to it
    select
        'none', month_start, 'unknown', 'unknown', 'unknown', 'unknown', 'unknown',
        {{ as_flag('false') }}, {{ as_flag('false') }}
    from empty_months

)

select * from final
