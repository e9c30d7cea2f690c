-- Only periods in which the customer was active at some time, bought, was billed, or has a revenue base.
with spine as (
    select customer_key, period_grain, period_start from {{ ref('int_period_activity') }}
    union
    select customer_key, period_grain, period_start from {{ ref('int_period_amounts') }}
),

final as (
    select
        spine.customer_key,
        spine.period_grain,
        spine.period_start,
        periods.period_end,
        periods.is_complete,
        {%- for suffix, history, tiers in [('', 'at_end', 'end_tier'), ('_at_start', 'at_start', 'start_tier')] %}
        coalesce({{ history }}.owner_id, 'unassigned') as owner_id{{ suffix }},
        coalesce({{ history }}.region, 'unknown') as region{{ suffix }},
        coalesce({{ history }}.customer_type, 'unassigned') as customer_type{{ suffix }},
        coalesce({{ history }}.acquisition_channel, 'unknown') as acquisition_channel{{ suffix }},
        coalesce({{ tiers }}.tier, 'unranked') as tier{{ suffix }},
        {%- endfor %}
        {%- for flag in [
            'is_opening_active', 'is_closing_active', 'is_retained', 'is_churned', 'is_new', 'is_first_seen',
            'is_reactivated', 'is_returned', 'is_in_and_out', 'is_first_active',
        ] %}
        cast(coalesce(activity.{{ flag }}, 0) as bigint) as {{ flag }},
        {%- endfor %}
        {{ if_revenue('coalesce(amounts.net_revenue, 0)') }} as net_revenue,
        {{ if_brought('purchases', 'amounts.order_count', 'bigint') }} as order_count,
        amounts.opening_base_revenue,
        amounts.closing_base_revenue,
        amounts.retained_base_revenue,
        amounts.floored_base_revenue
    from spine
    cross join {{ ref('int_profit_bases') }} as bases
    cross join {{ ref('int_brought') }} as brought
    inner join {{ ref('int_periods') }} as periods
        on periods.period_grain = spine.period_grain and periods.period_start = spine.period_start
    {%- for name, relation in [('activity', ref('int_period_activity')), ('amounts', ref('int_period_amounts'))] %}
    left join {{ relation }} as {{ name }}
        on {{ name }}.customer_key = spine.customer_key
        and {{ name }}.period_grain = spine.period_grain
        and {{ name }}.period_start = spine.period_start
    {%- endfor %}
    {{ join_history('at_end', 'spine', 'periods.period_as_of_date') }}
    {{ join_history('at_start', 'spine', 'periods.day_before') }}
    left join {{ ref('int_customer_tier_months') }} as end_tier
        on end_tier.customer_key = spine.customer_key and end_tier.month_start = periods.tier_month
    left join {{ ref('int_customer_tier_months') }} as start_tier
        on start_tier.customer_key = spine.customer_key and start_tier.month_start = periods.tier_month_at_start
)

select * from final
