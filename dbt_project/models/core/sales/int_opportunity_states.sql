with numbered as (

    select
        *,
        concat_ws('|', stage, outcome, cast(document_amount as {{ dbt.type_string() }}), currency, owner_id) as state_text,
        row_number() over (
            partition by source_system, opportunity_id order by state_from, told_by, step, stage, version_number, owner_id
        ) as told_number
    from {{ ref('int_opportunity_tellings') }}

),

compared as (

    select
        *,
        lag(state_text) over (partition by source_system, opportunity_id order by told_number) as previous_state_text
    from numbered

),

final as (

    select
        source_system,
        opportunity_id,
        pipeline,
        cast(row_number() over (
            partition by source_system, opportunity_id order by told_number
        ) as bigint) as state_number,
        -- whatever was written down first was so from the beginning
        cast(case when previous_state_text is null then least(state_from, created_at) else state_from end as timestamp) as state_from,
        cast(lead(state_from) over (
            partition by source_system, opportunity_id order by told_number
        ) as timestamp) as state_until,
        stage,
        outcome,
        cast(step as bigint) as step,
        document_amount,
        is_amount_missing,
        currency,
        owner_id
    from compared
    where previous_state_text is null or previous_state_text <> state_text

)

select * from final
