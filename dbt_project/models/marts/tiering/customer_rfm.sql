-- score = 1 + floor(5 x (rank - 1) / n), with equal ranks for equal values, so equal customers score alike (metric 46).
-- Who never ordered has no score; who did not within a year has 1 for frequency and money. Money is the revenue, in the variant
-- the margin. The cell of new customers holds only who is new; others who bought lately and little have the name of the cell beside.
{%- set monies = [('money', 'net_revenue'), ('margin', 'gross_margin')] %}
with ranked as (
    select
        *,
        rank() over (order by last_order_date) as recency_rank,
        rank() over (order by frequency) as frequency_rank,
        {%- for name, amount in monies %}
        rank() over (
            order by case when frequency = 0 then 0 else 1 end, case when frequency > 0 then {{ amount }} end nulls first
        ) as {{ name }}_rank,
        {%- endfor %}
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
        {%- for name, amount in monies %}
        case when {{ amount }} is null then null when frequency = 0 then 1
            else 1 + {{ integer_division('5 * (' ~ name ~ '_rank - 1)', 'buyers') }} end as {{ name }}_score{{ ',' if not loop.last }}
        {%- endfor %}
    from ranked
),

celled as (
    select
        *,
        {{ integer_division('frequency_score + money_score + 1', 2) }} as value_score,
        {{ integer_division('frequency_score + margin_score + 1', 2) }} as margin_value_score
    from scored
),

final as (
    select
        measured.customer_key,
        measured.as_of_date,
        measured.last_order_date,
        measured.recency_days,
        case when brought.has_purchases then measured.frequency end as frequency,
        measured.net_revenue,
        measured.gross_margin,
        cast(celled.recency_score as bigint) as recency_score,
        cast(celled.frequency_score as bigint) as frequency_score,
        cast(celled.money_score as bigint) as money_score,
        cast(celled.margin_score as bigint) as margin_score,
        celled.value_score,
        celled.margin_value_score,
        {%- for column, no_order, no_cost in [
            ('segment', 'no_order', 'no_cost'), ('segment_en', 'No order yet', 'No cost known'),
            ('segment_zh', '尚未下单', '成本未知'),
        ] %}
        -- where no purchases are brought, nobody knows who never ordered
        case when brought.has_purchases then coalesce(segments.{{ column }}, '{{ no_order }}') end as {{ column }},
        case
            when not brought.has_purchases then null
            when celled.customer_key is not null and celled.margin_score is null then '{{ no_cost }}'
            else coalesce(margin_segments.{{ column }}, '{{ no_order }}')
        end as margin_{{ column }},
        {%- endfor %}
        customers.owner_id,
        customers.region,
        customers.customer_type,
        customers.acquisition_channel
    from {{ ref('int_rfm_values') }} as measured
    cross join {{ ref('int_brought') }} as brought
    inner join {{ ref('dim_customers') }} as customers on customers.customer_key = measured.customer_key
    left join celled on celled.customer_key = measured.customer_key
    {%- for name, score in [('segments', 'celled.value_score'), ('margin_segments', 'celled.margin_value_score')] %}
    left join {{ ref('rfm_segments') }} as {{ name }}
        on {{ name }}.value_score = {{ score }}
        and {{ name }}.recency_score = case when {{ score }} = 1 and not measured.is_new
            then least(celled.recency_score, 4) else celled.recency_score end
    {%- endfor %}
)

select * from final
