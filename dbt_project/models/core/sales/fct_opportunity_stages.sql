with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

flagged as (

    select
        *,
        case when lag(stage) over (partition by source_system, opportunity_id order by state_number) = stage
            and lag(outcome) over (partition by source_system, opportunity_id order by state_number) = outcome
            then 0 else 1 end as is_entry
    from {{ ref('int_opportunity_states') }}

),

numbered as (

    select
        *,
        sum(is_entry) over (
            partition by source_system, opportunity_id order by state_number
            rows between unbounded preceding and current row
        ) as entry_number
    from flagged

),

entries as (

    select
        source_system,
        opportunity_id,
        pipeline,
        entry_number,
        min(stage) as stage,
        min(outcome) as outcome,
        min(step) as step,
        min(state_from) as entered_at,
        max(case when state_until is not null then state_until end) as last_until,
        count(case when state_until is null then 1 end) as open_end_count,
        min(case when is_entry = 1 then document_amount end) as document_amount,
        min(case when is_entry = 1 then currency end) as currency,
        min(case when is_entry = 1 then owner_id end) as owner_id
    from numbered
    group by source_system, opportunity_id, pipeline, entry_number

),

compared as (

    select
        entries.*,
        case when open_end_count = 0 then last_until end as exited_at,
        lag(stage) over (partition by source_system, opportunity_id order by entry_number) as previous_stage,
        lag(step) over (partition by source_system, opportunity_id order by entry_number) as previous_step,
        lag(outcome) over (partition by source_system, opportunity_id order by entry_number) as previous_outcome
    from entries

),

final as (

    select
        {{ source_key('compared.source_system', 'compared.opportunity_id') }} as opportunity_key,
        compared.source_system,
        compared.opportunity_id,
        cast(compared.entry_number as bigint) as entry_number,
        compared.pipeline,
        compared.stage,
        cast(compared.step as bigint) as step,
        compared.outcome,
        cast(compared.entered_at as timestamp) as entered_at,
        {{ business_date('compared.entered_at', 'context.time_zone') }} as entered_date,
        cast(compared.exited_at as timestamp) as exited_at,
        {{ business_date('compared.exited_at', 'context.time_zone') }} as exited_date,
        case when compared.outcome = 'open' and compared.exited_at is not null
            then {{ calendar_hours_between('compared.entered_at', 'compared.exited_at') }} / 24 end as dwell_days,
        compared.outcome = 'open' and compared.exited_at is null as is_dwell_censored,
        coalesce(compared.outcome = 'open' and {{ business_date('compared.entered_at', 'context.time_zone') }}
            = {{ business_date('compared.exited_at', 'context.time_zone') }}, false) as is_zero_day,
        compared.previous_stage,
        coalesce(compared.outcome = 'open' and compared.previous_outcome <> 'open', false) as is_reopening,
        coalesce(compared.outcome = 'open' and compared.step > 0 and compared.step < compared.previous_step, false) as is_backward,
        coalesce(compared.step > compared.previous_step + 1 and compared.previous_outcome = 'open', false) as is_skip,
        opportunities.customer_key,
        compared.owner_id,
        opportunities.opportunity_type,
        opportunities.product_line,
        opportunities.channel,
        compared.document_amount,
        compared.currency
    from compared
    cross join context
    inner join {{ ref('fct_opportunities') }} as opportunities
        on compared.source_system = opportunities.source_system
        and compared.opportunity_id = opportunities.opportunity_id

)

select * from final
