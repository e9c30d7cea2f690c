-- What the ledger says a channel cost, among its campaigns: marketing by what the CRM spent on them, selling by the new leads
-- they brought. What names no campaign stays with the channel alone.
with drivers as (

    select {{ month_start('cost_date') }} as month_start, 'marketing' as pool, channel,
        case when campaign_id is not null then {{ source_key('source_system', 'campaign_id') }} else 'none' end as campaign_key,
        cast(round(sum(amount) * 100) as bigint) as units
    from {{ ref('fct_marketing_costs') }} as costs
    -- what is dated later in the running month has not been spent
    inner join {{ ref('run_context') }} as context on costs.cost_date <= context.as_of_date
    group by 1, 2, 3, 4
    having sum(amount) > 0
    union all
    select {{ month_start('created_date') }}, 'selling', channel,
        case when campaign_id is not null then {{ source_key('source_system', 'campaign_id') }} else 'none' end,
        count(*)
    from {{ ref('fct_leads') }}
    where not is_merged_duplicate
    group by 1, 2, 3, 4

),

shares as (

    select
        spend.month_start,
        spend.pool,
        spend.channel,
        spend.spend_amount,
        coalesce(drivers.campaign_key, 'none') as campaign_key,
        coalesce(drivers.units, 1) as units
    from {{ ref('int_acquisition_spend') }} as spend
    left join drivers
        on spend.month_start = drivers.month_start and spend.pool = drivers.pool and spend.channel = drivers.channel

),

allocated as (

    {{ allocated_to_the_cent('shares', ['month_start', 'pool', 'channel'], 'campaign_key', 'spend_amount', 'units') }}

)

select month_start, pool, channel, campaign_key, spend_amount as channel_spend_amount, allocated_amount as spend_amount
from allocated
