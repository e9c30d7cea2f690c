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
        1.96 * sqrt(
            treated_rate * (1 - treated_rate) / treated + control_rate * (1 - control_rate) / control
        ) as half_width
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
        lift - half_width as lift_lower_bound,
        lift + half_width as lift_upper_bound,
        lift_null_reason
    from lifts

)

select * from final
