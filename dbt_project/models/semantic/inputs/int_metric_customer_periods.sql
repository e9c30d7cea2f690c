{{ config(schema='marts') }}
{%- set segment_columns = {'owner': 'owner_id', 'region': 'region', 'tier': 'tier', 'customer_type': 'customer_type', 'channel': 'acquisition_channel'} %}
{%- set flags = ['is_opening_active', 'is_closing_active', 'is_retained', 'is_churned', 'is_first_seen', 'is_returned', 'is_in_and_out'] %}
{%- set bases = ['opening_base_revenue', 'closing_base_revenue', 'retained_base_revenue', 'floored_base_revenue'] %}
{%- set money_columns = ['net_revenue', 'billed_gross_amount', 'receivable_opening', 'receivable_closing'] %}

-- What was billed before the record of billing is not known: days before it are in no mean, or half a year on record would be
-- spread over a whole one.
with context as (

    select context.as_of_date, billing.first_month as billed_from
    from {{ ref('run_context') }} as context
    cross join (select {{ month_start('min(posted_date)') }} as first_month from {{ ref('fct_invoices') }}) as billing

),

periods as (

    select * from {{ ref('customer_periods') }}

),

joined as (

    select
        coalesce(periods.customer_key, money.customer_key) as customer_key,
        coalesce(periods.period_grain, money.period_grain) as period_grain,
        coalesce(periods.period_start, money.period_start) as period_start,
        {% for name, column in segment_columns.items() %}
        {{ segment('coalesce(periods.' ~ column ~ ', money.' ~ column ~ ')') }} as {{ name }},
        {{ segment('periods.' ~ column ~ '_at_start') }} as {{ name }}_at_start,
        {% endfor %}
        {% for column in flags + bases %}
        coalesce(periods.{{ column }}, 0) as {{ column }},
        {% endfor %}
        {% for column in money_columns %}
        {% set amount = 'coalesce(money.' ~ column ~ ', 0)' %}
        {{ if_payments(amount) if column.startswith('receivable') else amount }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from periods
    full outer join {{ ref('int_metric_customer_money') }} as money
        on periods.customer_key = money.customer_key
        and periods.period_grain = money.period_grain
        and periods.period_start = money.period_start
    cross join {{ ref('int_profit_bases') }} as bases

),

measured as (

    select
        joined.*,
        case joined.period_grain
            {% for grain, months in {'month': 1, 'quarter': 3, 'year': 12}.items() %}
            when '{{ grain }}' then greatest(0, {{ days_between('greatest(joined.period_start, context.billed_from)',
                'least(' ~ add_months('joined.period_start', months) ~ ', ' ~ add_days('context.as_of_date', 1) ~ ')') }})
            {% endfor %}
        end as days_in_period,
        row_number() over (
            partition by joined.period_grain, joined.period_start
            order by {{ as_flag("joined.customer_key = 'unassigned'") }}, joined.net_revenue desc, joined.customer_key
        ) <= {{ concentration_customers() }} as is_top
    from joined
    cross join context

),

final as (

    select
        measured.*,
        cast((is_opening_active + is_closing_active) / 2 as decimal(18, 2)) as average_active,
        {{ as_flag('opening_base_revenue > 0') }} as is_revenue_base,
        case when measured.customer_key = 'unassigned' then 0 else net_revenue end as known_net_revenue,
        case when is_top then net_revenue else 0 end as top_net_revenue,
        case when is_top then receivable_closing when receivable_closing is not null then 0 end as top_receivable,
        {{ to_money('(receivable_opening + receivable_closing) * days_in_period * 0.5') }} as receivable_days_amount,
        service.known_complaint_count,
        service.known_order_count,
        service.service_hours,
        service.expected_service_hours,
        lost.primary_cause
    from measured
    left join {{ ref('int_metric_customer_service') }} as service
        on measured.customer_key = service.customer_key
        and measured.period_grain = service.period_grain
        and measured.period_start = service.period_start
    left join {{ ref('int_metric_lost_customers') }} as lost
        on measured.customer_key = lost.customer_key
        and measured.period_grain = lost.period_grain
        and measured.period_start = lost.period_start

)

select * from final
