with won as (

    select
        opportunities.source_system,
        opportunities.pipeline,
        sum(opportunities.amount) as amount,
        count(opportunities.amount) as deals
    from {{ ref('fct_opportunities') }} as opportunities
    cross join {{ ref('run_context') }} as context
    where opportunities.outcome = 'won'
        and opportunities.closed_date <= context.as_of_date
        and opportunities.closed_date > {{ add_days('context.as_of_date', -365) }}
    group by opportunities.source_system, opportunities.pipeline

),

rated as (

    select
        *,
        {{ safe_ratio('recent_next', 'recent_reached') }} as recent_rate,
        {{ safe_ratio('earlier_next', 'earlier_reached') }} as earlier_rate,
        {{ safe_ratio('recent_next + earlier_next', 'recent_reached + earlier_reached') }} as pooled_rate
    from {{ ref('int_funnel_windows') }}

),

-- what the rest of the way yielded a year before: of whoever is lost at a stage so many would have been won
downstream as (

    select
        source_system,
        pipeline,
        step,
        case
            when min(earlier_rate) over later_steps = 0 then 0
            else coalesce(exp(sum(ln(case when earlier_rate > 0 then earlier_rate end)) over later_steps), 1)
        end as downstream_rate
    from rated
    where dimension_name = 'total'
    window later_steps as (
        partition by source_system, pipeline order by step desc rows between unbounded preceding and 1 preceding
    )

),

tested as (

    select
        rated.*,
        downstream.downstream_rate,
        {{ to_money(as_decimal(safe_ratio('won.amount', 'won.deals'))) }} as mean_won_amount,
        -- the normal approximation holds from five expected in each of the four cells
        case
            when least(rated.recent_reached, rated.earlier_reached) * least(rated.pooled_rate, 1 - rated.pooled_rate) >= 5
                then (rated.recent_rate - rated.earlier_rate) / sqrt(rated.pooled_rate * (1 - rated.pooled_rate)
                    * (1.0 / rated.recent_reached + 1.0 / rated.earlier_reached))
        end as z_value
    from rated
    left join downstream
        on rated.source_system = downstream.source_system
        and rated.pipeline = downstream.pipeline
        and rated.step = downstream.step
    left join won on rated.source_system = won.source_system and rated.pipeline = won.pipeline

),

valued as (

    select
        *,
        {{ two_sided_p_value('z_value') }} as p_value,
        -- as many stages are looked at as could each be the one that fell by chance
        case when z_value is not null then least(1.0, {{ two_sided_p_value('z_value') }} * count(z_value) over (
            partition by source_system, pipeline, dimension_name, dimension_value
        )) end as adjusted_p_value,
        {{ to_money(as_decimal('(earlier_rate - recent_rate) * recent_reached * downstream_rate * mean_won_amount')) }} as cost_amount
    from tested

),

final as (

    select
        valued.source_system,
        valued.pipeline,
        valued.stage,
        valued.step,
        valued.dimension_name,
        valued.dimension_value,
        valued.recent_from as recent_from_month,
        valued.recent_until as recent_until_month,
        cast(valued.recent_reached as bigint) as recent_reached_count,
        cast(valued.recent_next as bigint) as recent_next_count,
        cast(valued.earlier_reached as bigint) as earlier_reached_count,
        cast(valued.earlier_next as bigint) as earlier_next_count,
        {{ same_double('valued.recent_rate') }} as recent_rate,
        {{ same_double('valued.earlier_rate') }} as earlier_rate,
        {{ same_double('valued.downstream_rate') }} as downstream_rate,
        valued.mean_won_amount,
        valued.cost_amount,
        round(valued.z_value, 6) as z_value,
        round(valued.p_value, 6) as p_value,
        round(valued.adjusted_p_value, 6) as adjusted_p_value,
        case when valued.z_value is not null then valued.adjusted_p_value < 0.05 end as is_beyond_chance,
        coalesce(valued.cost_amount > 0 and row_number() over (
            partition by valued.source_system, valued.pipeline, valued.dimension_name, valued.dimension_value
            order by valued.cost_amount desc nulls last, valued.step
        ) = 1, false) as is_bottleneck
    from valued

)

select * from final
