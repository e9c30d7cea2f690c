-- What moved the score since the day a week before, component by component; the changes sum to that of the score (I14).
-- Where a component came or went the others weigh less or more: the score moved without anything having happened, so
-- such a week is no drop (metric 58).
{%- set components = health_components() %}
with final as (
    select
        scores.customer_key,
        scores.snapshot_date,
        cast(scores.health_score - before.health_score as decimal(9, 4)) as score_change,
        {%- for component in components %}
        cast(coalesce(scores.{{ component }}_contribution, 0) - coalesce(before.{{ component }}_contribution, 0) as decimal(9, 4))
            as {{ component }}_change,
        {%- endfor %}
        not (
            {%- for component in components %}
            (scores.{{ component }}_points is null) = (before.{{ component }}_points is null){{ ' and' if not loop.last }}
            {%- endfor %}
        ) as is_weight_change
    from {{ ref('int_health_scores') }} as scores
    inner join {{ ref('int_health_scores') }} as before
        on before.customer_key = scores.customer_key and before.snapshot_date = {{ add_days('scores.snapshot_date', -7) }}
    where scores.health_score is not null and before.health_score is not null
)

select * from final
