{{ config(schema='marts') }}

with context as (

    select as_of_date from {{ ref('run_context') }}

),

months as (

    select * from {{ ref('customer_months') }}

),

money as (
    {% for grain in ['month', 'quarter', 'year'] %}
    select
        customer_key,
        '{{ grain }}' as period_grain,
        {{ period_start(grain, 'month_start') }} as period_start,
        {{ add_months(period_start(grain, 'month_start'), {'month': 1, 'quarter': 3, 'year': 12}[grain]) }} as period_end,
        sum(net_revenue) as net_revenue,
        sum(complaint_count) as complaint_count,
        sum(billed_gross_amount) as billed_gross_amount,
        min_by(receivable_opening, month_start) as receivable_opening,
        max_by(receivable_closing, month_start) as receivable_closing,
        {% for column in ['owner_id', 'region', 'tier', 'customer_type', 'acquisition_channel'] %}
        max_by({{ segment(column) }}, month_start) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from months
    group by customer_key, {{ period_start(grain, 'month_start') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

ranked as (

    select
        money.*,
        {{ days_between('money.period_start', 'least(money.period_end, ' ~ add_days('context.as_of_date', 1) ~ ')') }} as days_in_period,
        row_number() over (
            partition by money.period_grain, money.period_start
            order by {{ as_flag("money.customer_key = 'unassigned'") }}, money.net_revenue desc, money.customer_key
        ) as revenue_rank
    from money
    cross join context

),

final as (

    select
        ranked.customer_key,
        ranked.period_grain,
        ranked.period_start,
        ranked.owner_id as owner,
        ranked.region,
        ranked.tier,
        ranked.customer_type,
        ranked.acquisition_channel as channel,
        {% for name, column in [
            ('owner', 'owner_id'), ('region', 'region'), ('tier', 'tier'), ('customer_type', 'customer_type'),
            ('channel', 'acquisition_channel'),
        ] %}
        {{ segment('periods.' ~ column ~ '_at_start') }} as {{ name }}_at_start,
        {% endfor %}
        {% for flag in ['is_opening_active', 'is_closing_active', 'is_retained', 'is_churned', 'is_reactivated', 'is_in_and_out'] %}
        coalesce(periods.{{ flag }}, 0) as {{ flag }},
        {% endfor %}
        cast((coalesce(periods.is_opening_active, 0) + coalesce(periods.is_closing_active, 0)) / 2 as decimal(18, 2)) as average_active,
        {{ as_flag('periods.opening_base_revenue > 0') }} as is_revenue_base,
        coalesce(periods.opening_base_revenue, 0) as opening_base_revenue,
        coalesce(periods.closing_base_revenue, 0) as closing_base_revenue,
        coalesce(periods.retained_base_revenue, 0) as retained_base_revenue,
        ranked.net_revenue,
        case when ranked.customer_key = 'unassigned' then 0 else ranked.net_revenue end as known_net_revenue,
        case when ranked.revenue_rank <= {{ concentration_customers() }} then ranked.net_revenue else 0 end as top_net_revenue,
        ranked.receivable_closing,
        case when ranked.revenue_rank <= {{ concentration_customers() }} then ranked.receivable_closing else 0 end as top_receivable,
        ranked.complaint_count,
        ranked.billed_gross_amount,
        cast((ranked.receivable_opening + ranked.receivable_closing) * ranked.days_in_period / 2 as decimal(18, 2)) as receivable_days_amount
    from ranked
    left join {{ ref('customer_periods') }} as periods
        on ranked.customer_key = periods.customer_key
        and ranked.period_grain = periods.period_grain
        and ranked.period_start = periods.period_start

)

select * from final
