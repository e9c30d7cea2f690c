{{ config(schema='marts') }}

with answers as (

    select answers.*
    from {{ ref('fct_survey_responses') }} as answers
    cross join {{ ref('run_context') }} as context
    where answers.is_answered and answers.survey_type in ('nps', 'csat')
        and answers.responded_date <= context.as_of_date

),

-- a customer who answers twice has the last word; nobody's answers stand each for itself
ranked as (
    {% for grain in ['month', 'quarter', 'year'] %}
    select
        answers.*,
        '{{ grain }}' as period_grain,
        {{ period_start(grain, 'responded_date') }} as period_start,
        row_number() over (
            partition by survey_type, {{ period_start(grain, 'responded_date') }},
                case when customer_key = 'unassigned' or survey_type = 'csat' then response_key else customer_key end
            order by responded_at desc, response_key
        ) as answer_rank
    from answers
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (

    select
        ranked.response_key,
        ranked.period_grain,
        ranked.period_start,
        {{ segment('ranked.team') }} as team,
        {{ customer_segments(['region', 'owner', 'tier', 'customer_type']) }},
        case when ranked.survey_type = 'nps' then 1 end as nps_answer,
        case when ranked.survey_type = 'nps' then
            case ranked.answer_class when 'promoter' then 100 when 'detractor' then -100 else 0 end
        end as nps_points,
        case when ranked.survey_type = 'csat' then 1 end as csat_answer,
        case when ranked.survey_type = 'csat' then {{ as_flag("ranked.answer_class = 'satisfied'") }} end as csat_satisfied
    from ranked
    {{ join_segments('ranked', 'ranked.responded_date') }}
    where ranked.answer_rank = 1

)

select * from final
