{{ config(schema='marts') }}
-- The first version of each row says when it arrived. What the first load of a source brought is its history, and was
-- known when it happened. A late row that is dated before the day of the load before it was not there when the source
-- was read: it was entered afterwards, under an earlier day.
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

loads as (

    select
        entity,
        source_system,
        load_seq,
        max(max(loaded_date)) over (
            partition by entity, source_system order by load_seq
            rows between unbounded preceding and 1 preceding
        ) as read_before
    from arrivals
    group by entity, source_system, load_seq

),

later as (

    select
        arrivals.*,
        loads.read_before,
        greatest({{ days_between('arrivals.event_date', 'arrivals.loaded_date') }}, 0) as lag_days
    from arrivals
    inner join loads
        on arrivals.entity = loads.entity
        and arrivals.source_system = loads.source_system
        and arrivals.load_seq = loads.load_seq
    -- the first load has none before it
    where arrivals.event_date is not null and loads.read_before is not null

)

select
    entity,
    source_system,
    {{ source_key('source_system', 'key') }} as record_key,
    loaded_date,
    lag_days,
    {{ as_flag('lag_days <= 1') }} as is_timely,
    {{ as_flag('lag_days > 1') }} as is_late,
    {{ as_flag('lag_days > 1 and event_date < read_before') }} as is_back_dated
from later
