{{ config(schema='marts') }}

-- Complaints and service of known customers: rows of nobody are in the company's totals and in no average per customer (R2).
-- Before the service desk's first ticket and first hour there is none, which is not zero.
with firsts as (

    select
        (select min(created_date) from {{ ref('fct_tickets') }}) as ticket_date,
        (select min(worked_date) from {{ ref('fct_service_time') }}) as work_date

),

periods as (

    select
        money.*,
        case money.period_grain
            {% for grain in ['month', 'quarter', 'year'] %}
            when '{{ grain }}' then money.period_start >= {{ period_start(grain, 'firsts.ticket_date') }}
            {% endfor %}
        end as has_desk,
        case money.period_grain
            {% for grain in ['month', 'quarter', 'year'] %}
            when '{{ grain }}' then money.period_start >= {{ period_start(grain, 'firsts.work_date') }}
            {% endfor %}
        end as has_hours
    from {{ ref('int_metric_customer_money') }} as money
    cross join firsts
    where money.customer_key <> 'unassigned'

),

final as (

    select
        customer_key,
        period_grain,
        period_start,
        case when has_desk then complaint_count end as known_complaint_count,
        order_count as known_order_count,
        case when has_hours then cast(service_minutes / 60.0 as decimal(18, 6)) end as service_hours,
        -- the hours that his revenue would have cost at the company's mean of the period; a credit takes its share back
        case when has_hours then cast({{ safe_ratio(
            'net_revenue * sum(service_minutes / 60.0) over (partition by period_grain, period_start)',
            'sum(net_revenue) over (partition by period_grain, period_start)'
        ) }} as decimal(18, 6)) end as expected_service_hours
    from periods

)

select * from final
