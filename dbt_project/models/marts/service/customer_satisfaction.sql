with responses as (

    select
        responses.*,
        {{ month_start('coalesce(responses.responded_date, responses.sent_date)') }} as month_start
    from {{ ref('fct_survey_responses') }} as responses
    cross join {{ ref('run_context') }} as context
    where coalesce(responses.responded_date, responses.sent_date) <= context.as_of_date

),

ranked as (

    -- of a customer who answers twice in a month the last answer counts for the promoter score, the others for themselves
    select
        *,
        row_number() over (
            partition by month_start, survey_type, team,
                case when customer_key = 'unassigned' then response_key else customer_key end
            order by case when is_answered then 0 else 1 end, responded_at desc nulls last, response_key
        ) as rank_of_customer
    from responses

),

counted as (

    select
        *,
        is_answered and (survey_type <> 'nps' or rank_of_customer = 1) as is_counted
    from ranked

),

summed as (

    select
        month_start,
        survey_type,
        team,
        count(*) as surveys,
        sum(case when is_answered then 1 else 0 end) as answers,
        sum(case when is_counted then 1 else 0 end) as counted_answers,
        {%- for class in ['promoter', 'passive', 'detractor', 'satisfied', 'not_satisfied'] %}
        sum(case when is_counted and answer_class = '{{ class }}' then 1 else 0 end) as {{ class }}_answers,
        {%- endfor %}
        -- a sum of decimals does not depend on the order of its rows
        {{ safe_ratio('sum(case when is_counted then cast(share_of_scale as decimal(18, 9)) end)', 'count(case when is_counted then share_of_scale end)') }}
            as mean_share_of_scale
    from counted
    group by month_start, survey_type, team

),

final as (

    select
        month_start,
        survey_type,
        team,
        cast(surveys as bigint) as surveys,
        cast(answers as bigint) as answers,
        {{ safe_ratio('answers', 'surveys') }} as response_rate,
        {%- for column in ['counted', 'promoter', 'passive', 'detractor', 'satisfied', 'not_satisfied'] %}
        cast({{ column }}_answers as bigint) as {{ column }}_answers,
        {%- endfor %}
        case when survey_type = 'nps' then {{ safe_ratio('100 * (promoter_answers - detractor_answers)', 'counted_answers') }} end as net_promoter_score,
        case when survey_type = 'csat' then {{ safe_ratio('satisfied_answers', 'counted_answers') }} end as satisfaction_rate,
        mean_share_of_scale
    from summed

)

select * from final
