with only_pipelines as (

    select source_system, min(pipeline) as pipeline
    from {{ ref('int_stage_positions') }}
    group by source_system
    having count(distinct pipeline) = 1

),

opportunities as (

    select * from {{ ref('stg_crm__opportunities') }}

),

final as (

    select
        opportunities.source_system,
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.owner_id,
        opportunities.opportunity_type,
        -- a company with one pipeline need not name it on every opportunity
        coalesce(opportunities.pipeline, only_pipelines.pipeline, 'default') as pipeline,
        opportunities.product_line,
        opportunities.channel,
        opportunities.campaign_id,
        opportunities.stage,
        opportunities.outcome,
        opportunities.amount,
        opportunities.currency,
        opportunities.probability,
        opportunities.expected_close_date,
        opportunities.created_at,
        -- a closed row without a closing time closed at the latest when it was last written
        case when opportunities.outcome <> 'open'
            then coalesce(opportunities.closed_at, opportunities.updated_at, opportunities._version_at) end as closed_at,
        opportunities.loss_reason,
        coalesce(opportunities.updated_at, opportunities._version_at) as changed_at,
        opportunities.is_stale
    from opportunities
    left join only_pipelines on opportunities.source_system = only_pipelines.source_system

)

select * from final
