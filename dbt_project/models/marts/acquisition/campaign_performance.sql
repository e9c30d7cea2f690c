with context as (

    select
        run.as_of_date, record.proven_from_date, bases.names_cogs,
        -- what nobody books, customers may have cost all the same
        {{ has_rows('int_acquisition_pools') }} as has_spend
    from {{ ref('run_context') }} as run
    cross join {{ ref('int_activity_record') }} as record
    cross join {{ ref('int_profit_bases') }} as bases

),

leads as (

    select
        source_system,
        campaign_id,
        sum(case when lead_outcome <> 'merged' then 1 else 0 end) as new_leads,
        sum(case when lead_outcome = 'converted' then 1 else 0 end) as converted_leads
    from {{ ref('fct_leads') }}
    where campaign_id is not null
    group by source_system, campaign_id

),

deals as (

    select source_system, campaign_id, count(*) as won_opportunities, sum(amount) as won_amount
    from {{ ref('fct_opportunities') }}
    where campaign_id is not null and outcome = 'won'
    group by source_system, campaign_id

),

costs as (

    select costs.source_system, costs.campaign_id, sum(costs.amount) as spend_amount, max(costs.cost_date) as last_cost_date
    from {{ ref('fct_marketing_costs') }} as costs
    inner join context on costs.cost_date <= context.as_of_date
    where costs.campaign_id is not null
    group by costs.source_system, costs.campaign_id

),

-- what the ledger says it cost, and whom it was the first to reach
acquired as (

    select source_system, campaign_id, count(*) as new_customers
    from {{ ref('int_first_touches') }}
    where campaign_id is not null
    group by source_system, campaign_id

),

borne as (

    select campaign_key, sum(spend_amount) as acquisition_spend
    from {{ ref('int_campaign_spend') }}
    group by campaign_key

),

credits as (

    select source_system, campaign_id, sum(credit) as conversion_credit, sum(margin_amount) as attributed_margin
    from {{ ref('attribution_credits') }}
    where attribution_model = 'linear' and campaign_id is not null
    group by source_system, campaign_id

),

-- the last conversion that a touch of its last day can be credited with has a margin of twelve months; one without an end runs
-- for as long as it costs, one without dates stays open
dated as (

    select
        campaigns.*,
        context.names_cogs,
        context.has_spend,
        coalesce(campaigns.starts_date >= context.proven_from_date, false) as is_proven,
        coalesce({{ add_months(
            month_start(add_days(
                'coalesce(campaigns.ends_date, case when costs.last_cost_date > campaigns.starts_date then costs.last_cost_date'
                ~ ' else campaigns.starts_date end)', attribution_window_days()
            )),
            attribution_horizon_months()
        ) }} > context.as_of_date, true) as is_horizon_open
    from {{ ref('dim_campaigns') }} as campaigns
    cross join context
    left join costs on campaigns.source_system = costs.source_system and campaigns.campaign_id = costs.campaign_id

),

final as (

    select
        campaigns.source_system,
        campaigns.campaign_id,
        campaigns.campaign_name,
        {{ channel_or_unknown('campaigns.channel') }} as channel,
        campaigns.starts_date,
        campaigns.ends_date,
        campaigns.budget_amount,
        {{ if_brought('marketing_costs', 'costs.spend_amount', 'decimal(18, 2)') }} as spend_amount,
        {%- for column in ['audience', 'treated', 'control', 'excluded', 'touched', 'responded'] %}
        cast(coalesce(lifts.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        {%- for arm in ['treated', 'control'] %}
        {{ if_brought('purchases', 'lifts.' ~ arm ~ '_buyers', 'bigint') }} as {{ arm }}_buyers,
        {%- endfor %}
        lifts.arms_p_value,
        lifts.treated_rate,
        lifts.control_rate,
        lifts.lift,
        lifts.lift_lower_bound,
        lifts.lift_upper_bound,
        coalesce(lifts.lift_null_reason, case when lifts.campaign_id is null then 'no_control' end) as lift_null_reason,
        cast(coalesce(leads.new_leads, 0) as bigint) as new_leads,
        cast(coalesce(leads.converted_leads, 0) as bigint) as converted_leads,
        cast(coalesce(deals.won_opportunities, 0) as bigint) as won_opportunities,
        cast(coalesce(deals.won_amount, 0) as decimal(18, 2)) as won_amount,
        cast(case when campaigns.has_spend then coalesce(borne.acquisition_spend, 0) end as decimal(18, 2)) as acquisition_spend_amount,
        cast(coalesce(acquired.new_customers, 0) as bigint) as new_customers,
        case
            when campaigns.is_proven and campaigns.has_spend
                then {{ safe_ratio('coalesce(borne.acquisition_spend, 0)', 'acquired.new_customers') }}
        end as customer_acquisition_cost,
        cast(coalesce(credits.conversion_credit, 0) as decimal(18, 6)) as conversion_credit,
        -- a margin that is not known is no margin of zero
        case when campaigns.names_cogs then cast(coalesce(credits.attributed_margin, 0) as decimal(18, 2)) end
            as attributed_margin,
        case
            when campaigns.is_proven and campaigns.names_cogs and not campaigns.is_horizon_open
                then {{ safe_ratio('coalesce(credits.attributed_margin, 0) - costs.spend_amount', 'costs.spend_amount') }}
        end as marketing_roi,
        campaigns.is_horizon_open
    from dated as campaigns
    cross join {{ ref('int_brought') }} as brought
    left join {{ ref('int_campaign_lifts') }} as lifts
        on campaigns.source_system = lifts.source_system and campaigns.campaign_id = lifts.campaign_id
    {%- for part in ['leads', 'deals', 'costs', 'credits', 'acquired'] %}
    left join {{ part }} on campaigns.source_system = {{ part }}.source_system and campaigns.campaign_id = {{ part }}.campaign_id
    {%- endfor %}
    left join borne on borne.campaign_key = {{ source_key('campaigns.source_system', 'campaigns.campaign_id') }}

)

select * from final
