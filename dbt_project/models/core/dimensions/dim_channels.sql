with used as (
    select {{ channel_or_unknown('channel') }} as channel, 'lead' as used_by from {{ ref('stg_crm__leads') }}
    union
    select {{ channel_or_unknown('channel') }}, 'opportunity' from {{ ref('stg_crm__opportunities') }}
    union
    select {{ channel_or_unknown('acquisition_channel') }}, 'customer' from {{ ref('stg_crm__accounts') }}
    union
    select {{ channel_or_unknown('channel') }}, 'campaign' from {{ ref('stg_crm__campaigns') }}
    union
    select {{ channel_or_unknown('channel') }}, 'cost' from {{ ref('stg_crm__marketing_costs') }}
    union
    select {{ channel_or_unknown('channel') }}, 'engagement' from {{ ref('stg_crm__engagements') }}
    union
    select {{ channel_or_unknown('channel') }}, 'order' from {{ ref('stg_erp__orders') }}
    union
    select {{ channel_or_unknown('channel') }}, 'ticket' from {{ ref('stg_service__tickets') }}
    union
    select 'unknown', 'nothing' from {{ ref('run_context') }}
),

final as (
    select
        channel,
        max({{ as_flag("used_by in ('lead', 'opportunity', 'customer', 'campaign', 'cost')") }}) = 1
            as is_acquisition_channel,
        max({{ as_flag("used_by = 'order'") }}) = 1 as is_order_channel,
        max({{ as_flag("used_by = 'ticket'") }}) = 1 as is_service_channel
    from used
    group by channel
)

select * from final
