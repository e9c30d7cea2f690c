{{ config(schema='marts') }}

with known as (

    select * from {{ ref('customer_product_lines') }}

),

empty_months as (

    {{ months_without('known') }}

),

final as (

    select
        segments.customer_key,
        segments.month_start,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        {{ as_flag('true') }} as is_active,
        {{ as_flag('segments.is_cross_sold') }} as is_cross_sold
    from known as segments
    union all
    -- a longer period takes its last month, also where nobody is active in it
    select
        'none', month_start, 'unknown', 'unknown', 'unknown', 'unknown', 'unknown',
        {{ as_flag('false') }}, {{ as_flag('false') }}
    from empty_months

)

select * from final
