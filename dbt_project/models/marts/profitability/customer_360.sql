-- Everything that a page about one customer begins with, each figure from the mart that owns it. What no source brings is
-- null: it is not known to be zero.
with results as (

    select results.*
    from {{ ref('customer_profitability') }} as results
    cross join {{ ref('run_context') }} as context
    where results.month_start = {{ month_start('context.as_of_date') }}

),

months as (

    select months.*
    from {{ ref('customer_months') }} as months
    cross join {{ ref('run_context') }} as context
    where months.month_start = {{ month_start('context.as_of_date') }}

),

years as (

    select
        months.customer_key,
        sum(months.order_count) as order_count,
        sum(months.ticket_count) as ticket_count,
        sum(months.complaint_count) as complaint_count,
        sum(months.contact_count) as contact_count,
        sum(months.net_revenue) as net_revenue,
        sum(months.service_minutes) as service_minutes
    from {{ ref('customer_months') }} as months
    cross join {{ ref('run_context') }} as context
    where months.month_start > {{ add_months(month_start('context.as_of_date'), -12) }}
    group by months.customer_key

),

-- metric 80d over the same months: his share of the hours by his share of the revenue of all known customers
efforts as (

    select
        customer_key,
        case when net_revenue > 0 and sum(net_revenue) over () > 0 then {{ safe_ratio(
            'cast(service_minutes as double) * sum(net_revenue) over ()',
            'cast(net_revenue as double) * sum(service_minutes) over ()'
        ) }} end as service_effort_index
    from years
    where customer_key <> 'unassigned'

),

allocated as (

    select allocations.customer_key, sum(allocations.allocated_amount) as allocated_amount
    from {{ ref('cost_allocations') }} as allocations
    cross join {{ ref('run_context') }} as context
    where allocations.month_start > {{ add_months(month_start('context.as_of_date'), -12) }}
    group by allocations.customer_key

),

health as (

    select * from {{ ref('customer_health') }} where is_current

),

deals as (

    select customer_key, count(*) as deal_count, sum(amount) as deal_amount
    from {{ ref('open_opportunities') }}
    group by customer_key

),

brought as (

    select
        bases.names_cogs, bases.has_payments, bases.has_applications, records.*,
        {{ has_rows('cost_allocations') }} as has_allocated_costs
    from {{ ref('int_profit_bases') }} as bases
    cross join {{ ref('int_brought') }} as records

),

final as (

    select
        customers.customer_key,
        customers.customer_name,
        customers.customer_type,
        customers.region,
        customers.owner_id,
        customers.owner_name,
        customers.acquisition_channel,
        months.tier,
        rfm.segment as rfm_segment,
        customers.is_active,
        customers.first_active_date,
        customers.last_order_date,
        context.as_of_date,
        cast(case when bases.has_revenue then coalesce(results.trailing_12_month_net_revenue, 0) end as decimal(18, 2))
            as net_revenue_12_months,
        {%- for column in ['gross_margin', 'contribution_profit', 'net_profit'] %}
        cast(case when bases.names_cogs then coalesce(results.trailing_12_month_{{ column }}, 0) end as decimal(18, 2))
            as {{ column }}_12_months,
        {%- endfor %}
        cast(case when bases.has_allocated_costs then coalesce(allocated.allocated_amount, 0) end as decimal(18, 2))
            as allocated_cost_12_months,
        {{ if_payments('coalesce(results.receivable_closing, 0)') }} as receivable,
        {{ if_applications('coalesce(months.overdue_closing, 0)') }} as overdue_receivable,
        customers.credit_limit,
        case when customers.credit_limit is not null and bases.has_payments
            then cast(greatest(coalesce(results.receivable_closing, 0) - {{ converted('customers.credit_limit', 'rates') }}, 0) as decimal(18, 2))
        end as credit_limit_excess,
        {%- for column, record in [
            ('order', 'customer_orders'), ('contact', 'contacts'), ('ticket', 'tickets'), ('complaint', 'complaints'),
        ] %}
        cast(case when bases.has_{{ record }} then coalesce(years.{{ column }}_count, 0) end as bigint) as {{ column }}s_12_months,
        {%- endfor %}
        case when bases.has_service_time then cast(coalesce(years.service_minutes, 0) as double) / 60 end as service_hours_12_months,
        efforts.service_effort_index,
        case when bases.has_service_time then coalesce(efforts.service_effort_index > 3, false) end as is_effort_high,
        cast(case when bases.has_opportunities then coalesce(deals.deal_count, 0) end as bigint) as open_opportunities,
        cast(case when bases.has_opportunities then coalesce(deals.deal_amount, 0) end as decimal(18, 2)) as open_opportunity_amount,
        health.health_score,
        health.score_change as health_score_change,
        warnings.primary_reason as warning_reason,
        cast(case
            when warnings.customer_key is not null then warnings.margin_at_risk
            when bases.names_cogs then 0
        end as decimal(18, 2)) as margin_at_risk
    from {{ ref('dim_customers') }} as customers
    cross join {{ ref('run_context') }} as context
    cross join brought as bases
    left join results on customers.customer_key = results.customer_key
    left join months on customers.customer_key = months.customer_key
    left join years on customers.customer_key = years.customer_key
    left join efforts on customers.customer_key = efforts.customer_key
    left join allocated on customers.customer_key = allocated.customer_key
    left join health on customers.customer_key = health.customer_key
    left join deals on customers.customer_key = deals.customer_key
    {{ join_rates('rates', 'customers.currency', 'context.reporting_currency', 'context.as_of_date') }}
    left join {{ ref('customer_rfm') }} as rfm on customers.customer_key = rfm.customer_key
    left join {{ ref('churn_warnings') }} as warnings on customers.customer_key = warnings.customer_key

)

select * from final
