-- The first day on which anything happened, and the first on which any record is known: where the calendar begins.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

entries as (
    {%- for model, day in [
        ('stg_erp__orders', 'order_date'), ('stg_erp__invoices', 'invoice_date'), ('stg_erp__payments', 'payment_date'),
        ('stg_erp__gl_entries', 'posting_date'), ('stg_erp__customer_costs', 'cost_date'),
        ('stg_erp__receivable_adjustments', 'adjusted_on'),
        ('stg_crm__opportunities', 'created_at'), ('stg_crm__leads', 'created_at'), ('stg_crm__activities', 'occurred_at'),
        ('stg_service__tickets', 'created_at'), ('stg_service__ticket_events', 'occurred_at'),
        ('stg_service__time_entries', 'worked_on'),
    ] %}
    select cast(min({{ day }}) as date) as first_date from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

events as (
    select first_date from entries
    union all
    select min(starts_on) from {{ ref('stg_crm__contracts') }}
    union all
    -- an event, but no entry: a web tracker tells nothing of when contracts began to be recorded
    select cast(min(occurred_at) as date) from {{ ref('stg_crm__engagements') }}
    union all
    select as_of_date from context
),

records as (
    select cast(min(created_at) as date) as first_date from {{ ref('stg_crm__accounts') }}
    union all
    select cast(min(created_at) as date) from {{ ref('stg_erp__customers') }}
    union all
    select min(first_date) from events
),

final as (
    -- nothing before 1970 is a business date
    select
        greatest((select min(first_date) from events), cast('1970-01-01' as date)) as first_event_date,
        greatest((select min(first_date) from records), cast('1970-01-01' as date)) as first_record_date,
        (select min(first_date) from entries) as first_entry_date
    from context
)

select * from final
