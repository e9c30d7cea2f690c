{{ config(schema='marts') }}

-- A stage is entered once, when it or one after it is first reached: who skips it has passed it, who comes back has been there.
with entries as (

    select entries.*
    from {{ ref('fct_opportunity_stages') }} as entries
    cross join {{ ref('run_context') }} as context
    where entries.step > 0 and entries.entered_date <= context.as_of_date

),

reached as (

    select
        entries.opportunity_key,
        stages.stage,
        min(entries.entered_date) as entered_date,
        min_by(entries.owner_id, entries.entry_number) as owner_id,
        min(case when entries.step > stages.step then entries.entered_date end) as next_date
    from entries
    inner join {{ ref('int_stage_positions') }} as stages
        on entries.source_system = stages.source_system
        and entries.pipeline = stages.pipeline
        and entries.step >= stages.step
    where stages.outcome = 'open'
    group by entries.opportunity_key, stages.stage

),

final as (

    select
        reached.opportunity_key,
        reached.stage,
        reached.entered_date,
        {{ segment('opportunities.channel') }} as channel,
        {{ segment('reached.owner_id') }} as owner,
        {{ team() }} as team,
        {{ customer_segments(['region']) }},
        {{ segment('opportunities.product_line') }} as product_line,
        {{ as_flag(days_between('reached.entered_date', 'reached.next_date') ~ ' <= ' ~ funnel_window_days()) }} as is_next_reached
    from reached
    inner join {{ ref('fct_opportunities') }} as opportunities
        on reached.opportunity_key = opportunities.opportunity_key
    {{ join_segments('opportunities', 'reached.entered_date') }}
    {{ join_teams('reached.owner_id', 'reached.entered_date') }}

)

select * from final
