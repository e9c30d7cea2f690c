-- One customer once, with every reason; the primary one is the first by the priority of seed warning_reasons of those that
-- warn alone.
{%- set rules = warning_rules() %}
with signals as (
    select * from {{ ref('int_warning_signals') }} where is_current and is_at_risk
),

reasons as (
    {%- for rule in rules %}
    select signals.customer_key, reasons.*, context.warns_{{ rule }} as warns_alone
    from signals
    cross join {{ ref('run_context') }} as context
    inner join {{ ref('warning_reasons') }} as reasons on reasons.reason = '{{ rule }}'
    where signals.is_{{ rule }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

listed as (
    select
        customer_key,
        cast(count(*) as bigint) as reason_count,
        min(case when warns_alone then priority end) as first_priority,
        {%- for column in ['reason', 'label_en', 'label_zh'] %}
        {{ joined_text(column, rules, 'reason') }} as all_{{ column }}s{{ ',' if not loop.last }}
        {%- endfor %}
    from reasons
    group by customer_key
),

final as (
    select
        listed.customer_key,
        signals.as_of_date,
        customers.customer_name,
        customers.owner_id,
        customers.owner_name,
        -- who left reads no warning: his customers need a new owner first
        customers.owner_id <> 'unassigned' and not coalesce(owners.is_active, true) as has_owner_left,
        customers.region,
        customers.customer_type,
        signals.tier,
        reasons.reason as primary_reason,
        reasons.label_en as primary_reason_en,
        reasons.label_zh as primary_reason_zh,
        listed.reason_count,
        listed.all_reasons as reasons,
        listed.all_label_ens as reasons_en,
        listed.all_label_zhs as reasons_zh,
        signals.health_score,
        signals.score_change,
        case
            {%- for component in health_components() %}
            when health.{{ component }}_points <= least(
                {%- for other in health_components() %}coalesce(health.{{ other }}_points, 100){{ ', ' if not loop.last }}{% endfor -%}
            ) then '{{ component }}'
            {%- endfor %}
        end as weakest_component,
        health.risk_band,
        health.churn_probability,
        health.churn_rate_basis,
        health.expected_margin,
        health.margin_at_risk,
        health.revenue_at_risk,
        health.saving,
        cast(months.receivable_closing as decimal(18, 2)) as open_receivable,
        signals.last_contact_date,
        signals.days_without_contact,
        signals.days_without_follow_up,
        signals.days_without_order,
        signals.complaints_30_days,
        reasons.next_step_en,
        reasons.next_step_zh
    from listed
    inner join signals on signals.customer_key = listed.customer_key
    inner join reasons on reasons.customer_key = listed.customer_key and reasons.priority = listed.first_priority
    inner join {{ ref('dim_customers') }} as customers on customers.customer_key = listed.customer_key
    inner join {{ ref('customer_health') }} as health on health.customer_key = listed.customer_key and health.is_current
    left join {{ ref('dim_employees') }} as owners on owners.employee_id = customers.owner_id
    left join {{ ref('customer_months') }} as months
        on months.customer_key = listed.customer_key and months.month_start = {{ month_start('signals.as_of_date') }}
)

select * from final
