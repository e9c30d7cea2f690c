{{ config(schema='marts') }}

with entries as (

    select entries.*
    from {{ ref('fct_opportunity_stages') }} as entries
    cross join {{ ref('run_context') }} as context
    where entries.outcome = 'open' and entries.exited_date <= context.as_of_date

),

final as (

    select
        entries.opportunity_key,
        entries.entry_number,
        entries.exited_date,
        entries.stage,
        {{ segment('entries.channel') }} as channel,
        {{ segment('entries.owner_id') }} as owner,
        {{ team() }} as team,
        {{ customer_segments(['region']) }},
        {{ segment('entries.product_line') }} as product_line,
        cast(entries.dwell_days as double) as dwell_days
    from entries
    {{ join_segments('entries', 'entries.exited_date') }}
    {{ join_teams('entries.owner_id', 'entries.exited_date') }}

)

select * from final
