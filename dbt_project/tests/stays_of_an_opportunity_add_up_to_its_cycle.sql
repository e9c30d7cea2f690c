-- Time in open stages and time closed before a reopening are the whole cycle, to the second (metric 16): from the creation of
-- what was won to its last closing nothing is missing and nothing counted twice.
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
        sum(case when entry_number < closing_number then {{ seconds_between('entered_at', 'exited_at') }} end) as stay_seconds,
        max(case when entry_number = closing_number then entered_at end) as won_at
    from entries
    group by opportunity_key
)

select opportunities.opportunity_key, lives.stay_seconds, opportunities.created_at, lives.won_at
from {{ ref('fct_opportunities') }} as opportunities
inner join lives on lives.opportunity_key = opportunities.opportunity_key
where opportunities.cycle_days is not null
    and (
        coalesce(lives.stay_seconds, 0) <> {{ seconds_between('opportunities.created_at', 'lives.won_at') }}
        or lives.won_at <> opportunities.closed_at
    )
