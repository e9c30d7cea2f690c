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

credits as (

    select source_system, campaign_id, sum(credit) as conversion_credit, sum(margin_amount) as attributed_margin
    from {{ ref('attribution_credits') }}
    where attribution_model = 'linear' and campaign_id is not null
    group by source_system, campaign_id

),

arms as (

    select
        arms.*,
        {{ safe_ratio('treated_buyers', 'treated') }} as treated_rate,
        {{ safe_ratio('control_buyers', 'control') }} as control_rate,
        case
            when treated = 0 or control = 0 then 'no_control'
            when is_window_open then 'immature'
            when least(treated, control) < context.minimum_base then 'small_base'
        end as lift_null_reason
    from {{ ref('int_campaign_arms') }} as arms
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
        cast(coalesce(credits.conversion_credit, 0) as decimal(18, 6)) as conversion_credit,
        cast(coalesce(credits.attributed_margin, 0) as decimal(18, 2)) as attributed_margin,
        {{ safe_ratio('coalesce(credits.attributed_margin, 0) - costs.spend_amount', 'costs.spend_amount') }} as marketing_roi
    from {{ ref('dim_campaigns') }} as campaigns
    {%- for part in ['lifts', 'leads', 'deals', 'costs', 'credits'] %}
    left join {{ part }} on campaigns.source_system = {{ part }}.source_system and campaigns.campaign_id = {{ part }}.campaign_id
    {%- endfor %}

)

select * from final
