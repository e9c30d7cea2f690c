-- score = 1 + floor(5 x (rank - 1) / n), with equal ranks for equal values, so equal customers score alike (metric 46).
-- Who never ordered has no score; who did not within a year has 1 for frequency and money.
with ranked as (
    select
        *,
        rank() over (order by last_order_date) as recency_rank,
        rank() over (order by frequency) as frequency_rank,
        rank() over (
            order by case when frequency = 0 then 0 else 1 end, case when frequency > 0 then net_revenue end nulls first
        ) as money_rank,
        count(*) over () as buyers
    from {{ ref('int_rfm_values') }}
    where last_order_date is not null
),

scored as (
    select
        customer_key,
        1 + {{ integer_division('5 * (recency_rank - 1)', 'buyers') }} as recency_score,
        case when frequency = 0 then 1
            else 1 + {{ integer_division('5 * (frequency_rank - 1)', 'buyers') }} end as frequency_score,
        case when frequency = 0 then 1 else 1 + {{ integer_division('5 * (money_rank - 1)', 'buyers') }} end as money_score
    from ranked
),

celled as (
    select *, {{ integer_division('frequency_score + money_score + 1', 2) }} as value_score
    from scored
),

final as (
    select
        measured.customer_key,
        measured.as_of_date,
        measured.last_order_date,
        measured.recency_days,
        measured.frequency,
        measured.net_revenue,
        cast(celled.recency_score as bigint) as recency_score,
        cast(celled.frequency_score as bigint) as frequency_score,
        cast(celled.money_score as bigint) as money_score,
        celled.value_score,
        coalesce(segments.segment, 'no_order') as segment,
        coalesce(segments.segment_en, 'No order yet') as segment_en,
        coalesce(segments.segment_zh, '尚未下单') as segment_zh,
        customers.owner_id,
        customers.region,
        customers.customer_type,
        customers.acquisition_channel
    from {{ ref('int_rfm_values') }} as measured
    inner join {{ ref('dim_customers') }} as customers on customers.customer_key = measured.customer_key
    left join celled on celled.customer_key = measured.customer_key
    left join {{ ref('rfm_segments') }} as segments
        on segments.recency_score = celled.recency_score and segments.value_score = celled.value_score
)

select * from final
