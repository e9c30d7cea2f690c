{{ config(schema='marts') }}

with context as (

    select as_of_date, time_zone, reporting_currency from {{ ref('run_context') }}

),

states as (

    select
        states.*,
        {{ business_date('states.state_from', 'context.time_zone') }} as from_date,
        {{ business_date('states.state_until', 'context.time_zone') }} as until_date,
        context.reporting_currency
    from {{ ref('int_opportunity_states') }} as states
    cross join context
    where states.outcome = 'open'

),

-- the last day of each week and month that is over, and the day of the run
snapshot_days as (

    select spine.date_day
    from {{ ref('metricflow_time_spine') }} as spine
    cross join context
    where spine.date_day <= context.as_of_date
        and spine.date_day >= (select min(from_date) from states)
        and (
            spine.date_day = context.as_of_date
            or {{ iso_weekday('spine.date_day') }} = 7
            or spine.date_day = {{ last_day('spine.date_day') }}
        )

),

open_then as (

    select states.*, snapshot_days.date_day as snapshot_date, opportunities.opportunity_key, opportunities.customer_key,
        opportunities.channel, opportunities.product_line
    from states
    inner join snapshot_days
        on states.from_date <= snapshot_days.date_day
        and (states.until_date is null or states.until_date > snapshot_days.date_day)
    inner join {{ ref('fct_opportunities') }} as opportunities
        on states.source_system = opportunities.source_system
        and states.opportunity_id = opportunities.opportunity_id

),

final as (

    select
        open_then.opportunity_key,
        open_then.snapshot_date,
        {{ segment('open_then.channel') }} as channel,
        {{ segment('open_then.owner_id') }} as owner,
        {{ team() }} as team,
        {{ segment('open_then.stage') }} as stage,
        {{ segment('open_then.product_line') }} as product_line,
        {{ customer_segments() }},
        case when open_then.is_amount_missing then 0
            else {{ converted('open_then.document_amount', 'rates') }} end as amount
    from open_then
    {{ join_segments('open_then', 'open_then.snapshot_date') }}
    {{ join_teams('open_then.owner_id', 'open_then.snapshot_date') }}
    {{ join_rates('rates', 'open_then.currency', 'open_then.reporting_currency', 'open_then.snapshot_date') }}

)

select * from final
