with context as (

    select minimum_base from {{ ref('run_context') }}

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
        {{ same_double(two_sided_p_value('earlier_z')) }} as arms_p_value,
        {{ safe_ratio('treated_buyers', 'treated') }} as treated_rate,
        {{ safe_ratio('control_buyers', 'control') }} as control_rate,
        {{ safe_ratio('treated_buyers + 1', 'treated + 2') }} as adjusted_treated_rate,
        {{ safe_ratio('control_buyers + 1', 'control + 2') }} as adjusted_control_rate,
        case
            when treated_buyers is null then 'missing_source'
            when treated = 0 or control = 0 then 'no_control'
            when is_window_open then 'immature'
            when least(treated, control) < context.minimum_base then 'small_base'
            when {{ two_sided_p_value('earlier_z') }} < 0.001 then 'unequal_arms'
        end as lift_null_reason
    from scored as arms
    cross join context

),

-- the interval of Agresti and Caffo (2000) adds a success and a failure to each arm: that of the plain rates is too narrow in
-- small arms, and without width where nobody buys
lifts as (

    select
        *,
        case when lift_null_reason is null then treated_rate - control_rate end as lift,
        adjusted_treated_rate - adjusted_control_rate as adjusted_lift,
        adjusted_treated_rate * (1 - adjusted_treated_rate) / (treated + 2)
            + adjusted_control_rate * (1 - adjusted_control_rate) / (control + 2) as lift_variance
    from arms

),

final as (

    select
        source_system,
        campaign_id,
        {%- for column in ['audience', 'treated', 'control', 'excluded', 'touched', 'responded', 'treated_buyers', 'control_buyers'] %}
        {{ column }},
        {%- endfor %}
        arms_p_value,
        treated_rate,
        control_rate,
        lift,
        case when lift_null_reason is null then {{ same_double('adjusted_lift - 1.96 * sqrt(lift_variance)') }} end as lift_lower_bound,
        case when lift_null_reason is null then {{ same_double('adjusted_lift + 1.96 * sqrt(lift_variance)') }} end as lift_upper_bound,
        lift_null_reason,
        adjusted_lift,
        lift_variance
    from lifts

)

select * from final
