-- Time in open stages and time closed before a reopening are the whole cycle, to the second (metric 16): from the day that anything
-- is known of what was won to its last closing nothing is missing and nothing counted twice. It is known from its creation at the
-- latest, and won when its row says it was or, where that says another moment, when its history does.
with entries as (
    select
        stages.*,
        max(case when stages.outcome = 'won' then stages.entry_number end) over (
            partition by stages.opportunity_key
        ) as closing_number
    from {{ ref('fct_opportunity_stages') }} as stages
),

lives as (
    select
        opportunity_key,
        min(entered_at) as known_from,
        sum(case when entry_number < closing_number then {{ seconds_between('entered_at', 'exited_at') }} end) as stay_seconds,
        max(case when entry_number = closing_number then entered_at end) as won_at
    from entries
    group by opportunity_key
),

moments as (
    select distinct {{ source_key('source_system', 'opportunity_id') }} as opportunity_key, entered_at
    from {{ ref('int_opportunity_records') }}
)

select opportunities.opportunity_key, lives.stay_seconds, opportunities.created_at, lives.known_from, lives.won_at
from {{ ref('fct_opportunities') }} as opportunities
inner join lives on lives.opportunity_key = opportunities.opportunity_key
left join moments on moments.opportunity_key = lives.opportunity_key and moments.entered_at = lives.won_at
where opportunities.cycle_days is not null
    and (
        coalesce(lives.stay_seconds, 0) <> {{ seconds_between('lives.known_from', 'lives.won_at') }}
        or lives.known_from > opportunities.created_at
        or (lives.won_at <> opportunities.closed_at and moments.opportunity_key is null)
    )
