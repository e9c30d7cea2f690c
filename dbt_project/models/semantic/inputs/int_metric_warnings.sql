{{ config(schema='marts') }}

-- Whom the rules warn of on the last day of each month, and today (metric 55). Active customers of whom they do not are
-- there too, so that a day without warnings is a day; they count nothing and have no reason.
{%- set rules = warning_rules() %}
with signals as (

    select
        signals.customer_key,
        signals.as_of_date,
        case when signals.is_at_risk then 1 end as is_at_risk,
        {{ as_flag('signals.is_judged') }} as is_judged,
        case
            {%- for rule in rules %}
            when signals.is_{{ rule }} and context.warns_{{ rule }} then '{{ rule }}'
            {%- endfor %}
            else 'none'
        end as primary_reason
    from {{ ref('int_warning_signals') }} as signals
    cross join {{ ref('run_context') }} as context

),

final as (

    select signals.*, {{ customer_segments(['region', 'owner', 'tier', 'customer_type']) }}
    from signals
    {{ join_segments('signals', 'signals.as_of_date') }}

)

select * from final
