with context as (

    select reporting_currency from {{ ref('run_context') }}

),

targets as (

    select
        targets.*,
        context.reporting_currency,
        case targets.period_grain
            when 'month' then {{ add_months('targets.period_start', 1) }}
            when 'quarter' then {{ add_months('targets.period_start', 3) }}
            else {{ add_months('targets.period_start', 12) }}
        end as period_end
    from {{ ref('stg_crm__sales_targets') }} as targets
    cross join context

),

final as (

    select
        {{ source_key('targets.source_system', 'targets.target_id') }} as target_key,
        targets.source_system,
        targets.target_id,
        targets.metric as metric_name,
        targets.period_grain,
        targets.period_start,
        targets.period_end,
        targets.team,
        targets.owner_id,
        targets.region,
        cast(targets.target_value as decimal(18, 4)) as document_target_value,
        targets.currency,
        -- a target of counts or rates has no currency and is not converted
        case when targets.currency is null then {{ to_money('targets.target_value') }}
            else {{ converted('targets.target_value', 'rates') }} end as target_value,
        targets.valid_from as valid_from_date,
        targets.is_stale
    from targets
    {{ join_rates('rates', 'targets.currency', 'targets.reporting_currency', 'targets.period_start') }}

)

select * from final
