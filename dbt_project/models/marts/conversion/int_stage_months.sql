{%- set exits = ['advanced', 'moved_back', 'won', 'lost', 'disqualified', 'finished'] %}
with context as (

    select as_of_date, reporting_currency from {{ ref('run_context') }}

),

movements as (

    select
        month_start,
        source_system,
        pipeline,
        stage,
        currency,
        sum(case when movement_type = 'entered' then 1 else 0 end) as entered_count,
        {%- for exit in exits %}
        sum(case when movement_type = '{{ exit }}' then 1 else 0 end) as {{ exit }}_count,
        {%- endfor %}
        sum(case when movement_type = 'entered' then moved_amount else 0 end) as entered_amount,
        sum(case when movement_type not in ('entered', 'amount_change') then moved_amount else 0 end) as left_amount,
        sum(case when movement_type = 'amount_change' then moved_amount else 0 end) as changed_amount
    from {{ ref('int_stage_movements') }}
    group by month_start, source_system, pipeline, stage, currency

),

scopes as (

    select source_system, pipeline, stage, currency, min(month_start) as first_month
    from movements
    group by source_system, pipeline, stage, currency

),

months as (

    select distinct
        scopes.source_system,
        scopes.pipeline,
        scopes.stage,
        scopes.currency,
        dates.month_start,
        least({{ last_day('dates.month_start') }}, context.as_of_date) as balance_date
    from scopes
    cross join context
    inner join {{ ref('dim_dates') }} as dates
        on dates.month_start >= scopes.first_month and dates.date_day <= context.as_of_date

),

final as (

    select
        months.source_system,
        months.pipeline,
        months.stage,
        months.currency,
        months.month_start,
        rates.rate,
        coalesce(movements.entered_count, 0) as entered_count,
        {%- for exit in exits %}
        coalesce(movements.{{ exit }}_count, 0) as {{ exit }}_count,
        {%- endfor %}
        coalesce(movements.entered_amount, 0) as entered_amount,
        coalesce(movements.left_amount, 0) as left_amount,
        coalesce(movements.changed_amount, 0) as changed_amount,
        sum(coalesce(movements.entered_count, 0)
            {%- for exit in exits %} - coalesce(movements.{{ exit }}_count, 0){% endfor %}) over life as closing_count,
        sum(coalesce(movements.entered_amount, 0) - coalesce(movements.left_amount, 0)
            + coalesce(movements.changed_amount, 0)) over life as closing_amount
    from months
    cross join context
    left join movements
        on months.month_start = movements.month_start
        and months.source_system = movements.source_system
        and months.pipeline = movements.pipeline
        and months.stage = movements.stage
        and months.currency is not distinct from movements.currency
    {{ join_rates('rates', 'months.currency', 'context.reporting_currency', 'months.balance_date') }}
    window life as (
        partition by months.source_system, months.pipeline, months.stage, months.currency order by months.month_start
        rows between unbounded preceding and current row
    )

)

select * from final
