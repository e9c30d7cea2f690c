{{ config(schema='marts') }}

with context as (

    select as_of_date, time_zone, reporting_currency from {{ ref('run_context') }}

),

states as (

    select
        states.*,
        {{ business_date('states.state_from', 'context.time_zone') }} as from_date,
        {{ business_date('states.state_until', 'context.time_zone') }} as until_date
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

    select
        opportunities.opportunity_key,
        snapshot_days.date_day as snapshot_date,
        opportunities.customer_key,
        opportunities.channel,
        opportunities.product_line,
        states.owner_id,
        states.stage,
        states.currency,
        states.document_amount,
        states.is_amount_missing
    from states
    inner join snapshot_days
        on states.from_date <= snapshot_days.date_day
        and (states.until_date is null or states.until_date > snapshot_days.date_day)
    inner join {{ ref('fct_opportunities') }} as opportunities
        on states.source_system = opportunities.source_system
        and states.opportunity_id = opportunities.opportunity_id

),

-- a day with nothing open is one too, or its month would end with the week before; it has a row that counts nothing
snapshots as (

    select * from open_then
    union all
    select 'none', snapshot_days.date_day, null, null, null, null, null, null, null, true
    from snapshot_days
    left join open_then on snapshot_days.date_day = open_then.snapshot_date
    where open_then.snapshot_date is null

),

final as (

    select
        snapshots.opportunity_key,
        snapshots.snapshot_date,
        {{ segment('snapshots.channel') }} as channel,
        {{ segment('snapshots.owner_id') }} as owner,
        {{ team() }} as team,
        {{ segment('snapshots.stage') }} as stage,
        {{ segment('snapshots.product_line') }} as product_line,
        {{ customer_segments() }},
        case when snapshots.is_amount_missing then 0
            else {{ converted('snapshots.document_amount', 'rates') }} end as amount
    from snapshots
    cross join context
    {{ join_segments('snapshots', 'snapshots.snapshot_date') }}
    {{ join_teams('snapshots.owner_id', 'snapshots.snapshot_date') }}
    {{ join_rates('rates', 'snapshots.currency', 'context.reporting_currency', 'snapshots.snapshot_date') }}

)

select * from final
