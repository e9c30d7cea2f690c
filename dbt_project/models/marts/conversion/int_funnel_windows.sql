-- Two years of cohorts whose window of 180 days is over: the newest twelve months, and the twelve before.
{%- set dimensions = {'total': "'total'", 'channel': 'channel', 'owner': 'owner', 'team': 'team', 'region': 'region',
    'product_line': 'product_line'} %}
with context as (

    select {{ month_start(add_days('as_of_date', '-' ~ funnel_window_days())) }} as end_month from {{ ref('run_context') }}

),

windows as (

    select end_month, {{ add_months('end_month', -12) }} as recent_from, {{ add_months('end_month', -24) }} as earlier_from
    from context

),

-- owner, team and region are those of the month in which the opportunity entered the pipeline
entered as (

    select
        cohorts.source_system,
        cohorts.pipeline,
        cohorts.furthest_step,
        cohorts.cohort_month >= windows.recent_from as is_recent,
        {{ segment('opportunities.channel') }} as channel,
        {{ segment('cohorts.owner_id') }} as owner,
        {{ team() }} as team,
        {{ customer_segments(['region']) }},
        {{ segment('opportunities.product_line') }} as product_line
    from {{ ref('int_funnel_cohorts') }} as cohorts
    inner join {{ ref('fct_opportunities') }} as opportunities
        on cohorts.source_system = opportunities.source_system and cohorts.opportunity_id = opportunities.opportunity_id
    cross join windows
    {{ join_segments('opportunities', 'cohorts.cohort_month') }}
    {{ join_teams('cohorts.owner_id', last_day('cohorts.cohort_month')) }}
    where cohorts.cohort_month >= windows.earlier_from and cohorts.cohort_month < windows.end_month

),

members as (
    {%- for name, member in dimensions.items() %}
    select source_system, pipeline, '{{ name }}' as dimension_name, {{ member }} as dimension_value, furthest_step, is_recent
    from entered
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        members.source_system,
        members.pipeline,
        steps.stage,
        steps.step,
        members.dimension_name,
        members.dimension_value,
        max(windows.recent_from) as recent_from,
        max(windows.end_month) as recent_until,
        sum({{ as_flag('members.is_recent') }}) as recent_reached,
        sum({{ as_flag('members.is_recent and members.furthest_step > steps.step') }}) as recent_next,
        sum({{ as_flag('not members.is_recent') }}) as earlier_reached,
        sum({{ as_flag('not members.is_recent and members.furthest_step > steps.step') }}) as earlier_next
    from members
    cross join windows
    inner join {{ ref('int_stage_positions') }} as steps
        on members.source_system = steps.source_system
        and members.pipeline = steps.pipeline
        and members.furthest_step >= steps.step
    where steps.outcome = 'open'
    group by
        members.source_system, members.pipeline, steps.stage, steps.step, members.dimension_name, members.dimension_value

)

select * from final
