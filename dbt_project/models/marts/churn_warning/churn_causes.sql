{%- set causes = [
    ('complaint', 'signals.complaints > 0'),
    ('slow_service', 'signals.slow_responses > 0'),
    ('disputed_invoice', 'signals.disputed_invoices > 0'),
    ('lost_deal', 'signals.lost_deals > 0'),
    ('cancelled_contract', 'signals.cancelled_contracts > 0'),
    ('no_contact', 'signals.contacts = 0'),
] %}
with signals as (

    select * from {{ ref('int_churn_signals') }}

),

-- what the customer was worth: revenue of the twelve months up to his last business (metric 59)
revenue as (

    select signals.customer_key, signals.churned_date, sum(months.net_revenue) as lost_revenue
    from signals
    inner join {{ ref('customer_months') }} as months
        on signals.customer_key = months.customer_key
        and months.month_start > {{ add_months(month_start('signals.last_business_date'), -12) }}
        and months.month_start <= {{ month_start('signals.last_business_date') }}
    group by signals.customer_key, signals.churned_date

),

final as (

    select
        signals.customer_key,
        signals.churned_date,
        {{ month_start('signals.churned_date') }} as churned_month,
        signals.last_business_date,
        signals.came_back_date,
        coalesce(months.owner_id, 'unassigned') as owner_id,
        coalesce(months.region, 'unknown') as region,
        coalesce(months.customer_type, 'unknown') as customer_type,
        coalesce(months.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(months.tier, 'unranked') as tier,
        {{ if_revenue('coalesce(revenue.lost_revenue, 0)') }} as lost_revenue,
        {%- for cause, condition in causes %}
        {{ condition }} as is_{{ cause }},
        {%- endfor %}
        signals.loss_reason,
        -- what is closest to the customer's own words comes first
        case
            {%- for cause, condition in causes %}
            when {{ condition }} then '{{ cause }}'
            {%- endfor %}
            else 'none_seen'
        end as primary_cause,
        cast({% for cause, condition in causes %}case when {{ condition }} then 1 else 0 end{{ ' + ' if not loop.last }}{% endfor %} as bigint)
            as cause_count
    from signals
    cross join {{ ref('int_profit_bases') }} as bases
    left join revenue on signals.customer_key = revenue.customer_key and signals.churned_date = revenue.churned_date
    left join {{ ref('customer_months') }} as months
        on signals.customer_key = months.customer_key
        and months.month_start = {{ month_start('signals.last_business_date') }}

)

select * from final
