{{ config(schema='marts') }}
-- The first version of each row says when it arrived. What the first load of a source brought is its history, and was
-- known when it happened.
{%- set events = {
    'crm_leads': 'created_at', 'crm_opportunities': 'created_at', 'crm_activities': 'occurred_at',
    'erp_orders': 'order_date', 'erp_invoices': 'invoice_date', 'erp_payments': 'payment_date', 'svc_tickets': 'created_at',
} %}

with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

arrivals as (
    {% for entity, event in events.items() %}
    select
        '{{ entity }}' as entity,
        source_system,
        _key as key,
        {% if event.endswith('_at') -%}
        min({{ business_date(event, 'context.time_zone') }}) as event_date,
        {%- else -%}
        min({{ event }}) as event_date,
        {%- endif %}
        min({{ business_date('_loaded_at', 'context.time_zone') }}) as loaded_date,
        min(_load_seq) as load_seq
    from {{ raw_files(entity) }} as log
    cross join context
    where _change = 'upsert'
    group by source_system, _key
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

firsts as (

    select entity, source_system, min(load_seq) as first_load_seq
    from arrivals
    group by entity, source_system

),

later as (

    select
        arrivals.*,
        greatest({{ days_between('arrivals.event_date', 'arrivals.loaded_date') }}, 0) as lag_days
    from arrivals
    inner join firsts
        on arrivals.entity = firsts.entity
        and arrivals.source_system = firsts.source_system
        and arrivals.load_seq > firsts.first_load_seq
    where arrivals.event_date is not null

)

select
    entity,
    source_system,
    loaded_date,
    lag_days,
    count(*) as row_count,
    sum({{ as_flag('lag_days <= 1') }}) as timely_count
from later
group by entity, source_system, loaded_date, lag_days
