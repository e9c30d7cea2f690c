with context as (

    select as_of_date, minimum_base from {{ ref('run_context') }}

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

    select costs.source_system, costs.campaign_id, sum(costs.amount) as spend_amount
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

-- buyers of the year before must be shared out like all others: the share held back is the campaign's choice, which of them
-- are held back is not
checked as (

    select
        *,
        {{ safe_ratio('treated_earlier_buyers + control_earlier_buyers', 'treated + control') }} as earlier_rate,
        {{ safe_ratio('treated_earlier_buyers', 'treated') }} - {{ safe_ratio('control_earlier_buyers', 'control') }} as earlier_difference
    from {{ ref('int_campaign_arms') }}

),

scored as (

    select
        *,
        earlier_difference / nullif(sqrt(
            earlier_rate * (1 - earlier_rate) * (1.0 / nullif(treated, 0) + 1.0 / nullif(control, 0))
        ), 0) as earlier_z
    from checked

),

arms as (

    select
        arms.*,
        case when earlier_z is not null then {{ two_sided_p_value('earlier_z') }} end as arms_p_value,
        {{ safe_ratio('treated_buyers', 'treated') }} as treated_rate,
        {{ safe_ratio('control_buyers', 'control') }} as control_rate,
        case
            when treated = 0 or control = 0 then 'no_control'
            when is_window_open then 'immature'
            when least(treated, control) < context.minimum_base then 'small_base'
            when {{ two_sided_p_value('earlier_z') }} < 0.001 then 'unequal_arms'
        end as lift_null_reason
    from scored as arms
    cross join context

),

lifts as (

    select
        *,
        case when lift_null_reason is null then treated_rate - control_rate end as lift,
        case when lift_null_reason is null then 1.96 * sqrt(
            treated_rate * (1 - treated_rate) / treated + control_rate * (1 - control_rate) / control
        ) end as half_width
    from arms

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
        cast(coalesce(costs.spend_amount, 0) as decimal(18, 2)) as spend_amount,
        {%- for column in ['audience', 'treated', 'control', 'excluded', 'touched', 'responded', 'treated_buyers', 'control_buyers'] %}
        cast(coalesce(lifts.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        {{ same_double('lifts.arms_p_value') }} as arms_p_value,
        lifts.treated_rate,
        lifts.control_rate,
        lifts.lift,
        lifts.lift - lifts.half_width as lift_lower_bound,
        lifts.lift + lifts.half_width as lift_upper_bound,
        coalesce(lifts.lift_null_reason, case when lifts.campaign_id is null then 'no_control' end) as lift_null_reason,
        cast(coalesce(leads.new_leads, 0) as bigint) as new_leads,
        cast(coalesce(leads.converted_leads, 0) as bigint) as converted_leads,
        cast(coalesce(deals.won_opportunities, 0) as bigint) as won_opportunities,
        cast(coalesce(deals.won_amount, 0) as decimal(18, 2)) as won_amount,
        cast(coalesce(borne.acquisition_spend, 0) as decimal(18, 2)) as acquisition_spend_amount,
        cast(coalesce(acquired.new_customers, 0) as bigint) as new_customers,
        {{ safe_ratio('coalesce(borne.acquisition_spend, 0)', 'acquired.new_customers') }} as customer_acquisition_cost,
        cast(coalesce(credits.conversion_credit, 0) as decimal(18, 6)) as conversion_credit,
        cast(coalesce(credits.attributed_margin, 0) as decimal(18, 2)) as attributed_margin,
        {{ safe_ratio('coalesce(credits.attributed_margin, 0) - costs.spend_amount', 'costs.spend_amount') }} as marketing_roi
    from {{ ref('dim_campaigns') }} as campaigns
    {%- for part in ['lifts', 'leads', 'deals', 'costs', 'credits', 'acquired'] %}
    left join {{ part }} on campaigns.source_system = {{ part }}.source_system and campaigns.campaign_id = {{ part }}.campaign_id
    {%- endfor %}
    left join borne on borne.campaign_key = {{ source_key('campaigns.source_system', 'campaigns.campaign_id') }}

)

select * from final
