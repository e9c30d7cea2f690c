{%- set counted = ['created', 'reopened', 'transferred_in', 'transferred_out', 'won', 'lost', 'disqualified'] %}
with context as (

    select as_of_date, reporting_currency from {{ ref('run_context') }}

),

movements as (

    select
        movement_date,
        owner_id,
        pipeline,
        currency,
        sum(count_change) as count_change,
        sum(amount_change) as amount_change,
        {%- for type in counted %}
        sum(case when movement_type = '{{ type }}' then abs(count_change) else 0 end) as {{ type }}_count,
        sum(case when movement_type = '{{ type }}' then amount_change else 0 end) as {{ type }}_amount,
        {%- endfor %}
        sum(case when movement_type = 'amount_change' then amount_change else 0 end) as changed_amount
    from {{ ref('int_pipeline_movements') }}
    group by movement_date, owner_id, pipeline, currency

),

scopes as (

    select owner_id, pipeline, currency, min(movement_date) as first_date
    from movements
    group by owner_id, pipeline, currency

),

days as (

    select scopes.owner_id, scopes.pipeline, scopes.currency, dates.date_day as snapshot_date
    from scopes
    cross join context
    inner join {{ ref('dim_dates') }} as dates
        on dates.date_day between scopes.first_date and context.as_of_date

),

balances as (

    -- balances and flows in document currency, and the rate of the day that values both
    select
        days.snapshot_date,
        days.owner_id,
        days.pipeline,
        days.currency,
        rates.rate,
        movements.movement_date is not null as has_moved,
        {%- for type in counted %}
        coalesce(movements.{{ type }}_count, 0) as {{ type }}_count,
        coalesce(movements.{{ type }}_amount, 0) as {{ type }}_amount,
        {%- endfor %}
        coalesce(movements.changed_amount, 0) as changed_amount,
        sum(coalesce(movements.count_change, 0)) over life as closing_count,
        sum(coalesce(movements.amount_change, 0)) over life as closing_amount
    from days
    cross join context
    left join movements
        on days.snapshot_date = movements.movement_date
        and days.owner_id = movements.owner_id
        and days.pipeline = movements.pipeline
        and days.currency is not distinct from movements.currency
    {{ join_rates('rates', 'days.currency', 'context.reporting_currency', 'days.snapshot_date') }}
    window life as (
        partition by days.owner_id, days.pipeline, days.currency order by days.snapshot_date
        rows between unbounded preceding and current row
    )

),

-- a day on which nothing is open and nothing moved says nothing
final as (

    select
        snapshot_date,
        owner_id,
        pipeline,
        currency,
        rate,
        {%- for type in counted %}
        {{ type }}_count,
        {{ type }}_amount,
        {%- endfor %}
        changed_amount,
        closing_count,
        closing_amount
    from balances
    where has_moved or closing_count <> 0

)

select * from final
