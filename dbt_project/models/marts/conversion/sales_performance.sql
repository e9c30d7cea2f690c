{#- what each figure is taken from: where no source brings that, it is not known -#}
{%- set counts = {
    'new_leads': 'leads', 'answered_leads': 'leads', 'follow_ups': 'activities', 'two_way_contacts': 'activities',
    'created_opportunities': 'opportunities', 'won_opportunities': 'opportunities', 'lost_opportunities': 'opportunities',
    'disqualified_opportunities': 'opportunities', 'sent_quotes': 'quotes',
} %}
{%- set amounts = {
    'won_amount': 'opportunities', 'lost_amount': 'opportunities', 'booked_orders_amount': 'orders',
    'pipeline_amount': 'opportunities', 'net_revenue': 'revenue',
} %}
{%- set net_revenue = if_brought('revenue', 'figures.net_revenue', 'decimal(18, 2)') %}
with context as (

    select as_of_date from {{ ref('run_context') }}

),

figures as (

    select
        month_start,
        owner_id,
        {%- for figure in counts | list + ['new_customers'] + amounts | list %}
        coalesce(sum(case when figure = '{{ figure }}' then amount end), 0) as {{ figure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_sales_month_parts') }}
    group by month_start, owner_id

),

cycles as (

    select {{ month_start('closed_date') }} as month_start, closing_owner_id as owner_id, {{ median_of('cycle_days') }} as median_cycle_days
    from {{ ref('fct_opportunities') }}
    where cycle_days is not null
    group by {{ month_start('closed_date') }}, closing_owner_id

),

wide_targets as (

    select
        targets.month_start,
        targets.scope_value as owner_id,
        max(case when targets.metric_name = 'net_revenue' then targets.target_value end) as net_revenue_target,
        max(case when targets.metric_name = 'net_revenue' then targets.first_target_value end) as net_revenue_target_at_start,
        max(case when targets.metric_name = 'new_customers' then targets.target_value end) as new_customers_target
    from {{ ref('int_target_months') }} as targets
    cross join context
    where targets.scope_type = 'owner' and targets.month_start <= context.as_of_date
    group by targets.month_start, targets.scope_value

),

working_days as (

    select
        dates.month_start,
        sum(case when dates.is_working_day then 1 else 0 end) as working_days,
        sum(case when dates.is_working_day and dates.date_day <= context.as_of_date then 1 else 0 end) as elapsed_days
    from {{ ref('dim_dates') }} as dates
    cross join context
    group by dates.month_start

),

grain as (

    select month_start, owner_id from figures
    union
    select month_start, owner_id from wide_targets

),

final as (

    select
        grain.month_start,
        grain.owner_id,
        {{ team() }} as team,
        {%- for figure, record in counts.items() %}
        {{ if_brought(record, 'figures.' ~ figure, 'bigint') }} as {{ figure }},
        {%- endfor %}
        cast(coalesce(figures.new_customers, 0) as bigint) as new_customers,
        {%- for figure, record in amounts.items() %}
        {{ if_brought(record, 'figures.' ~ figure, 'decimal(18, 2)') }} as {{ figure }},
        {%- endfor %}
        {{ safe_ratio('figures.won_opportunities', 'figures.won_opportunities + figures.lost_opportunities') }} as win_rate,
        cycles.median_cycle_days,
        cast(wide_targets.net_revenue_target as decimal(18, 2)) as net_revenue_target,
        cast(wide_targets.net_revenue_target_at_start as decimal(18, 2)) as net_revenue_target_at_start,
        {{ safe_ratio(net_revenue, 'wide_targets.net_revenue_target') }} as net_revenue_attainment,
        -- what the month would come to if the rest of its working days went like those gone by
        {{ safe_ratio(net_revenue ~ ' * working_days.working_days',
            'wide_targets.net_revenue_target * working_days.elapsed_days') }} as net_revenue_pace,
        cast(wide_targets.new_customers_target as decimal(18, 2)) as new_customers_target,
        {{ safe_ratio('coalesce(figures.new_customers, 0)', 'wide_targets.new_customers_target') }} as new_customers_attainment
    from grain
    cross join {{ ref('int_brought') }} as brought
    left join figures on grain.month_start = figures.month_start and grain.owner_id = figures.owner_id
    left join cycles on grain.month_start = cycles.month_start and grain.owner_id = cycles.owner_id
    left join wide_targets on grain.month_start = wide_targets.month_start and grain.owner_id = wide_targets.owner_id
    left join working_days on grain.month_start = working_days.month_start
    {{ join_teams('grain.owner_id', last_day('grain.month_start')) }}

)

select * from final
