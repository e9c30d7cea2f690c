with final as (
    select
        {{ source_key('source_system', "coalesce(pipeline, 'default') || '|' || stage") }} as stage_key,
        source_system,
        coalesce(pipeline, 'default') as pipeline,
        stage,
        cast(position as bigint) as position,
        outcome,
        cast(probability as decimal(9, 6)) as probability,
        is_stale
    from {{ ref('stg_crm__stages') }}
)

select * from final
