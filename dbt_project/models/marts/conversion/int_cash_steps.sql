-- What each chain from lead to cash came to: one row per document and step, with its amount.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

-- of an offer its newest version that was sent
offers as (
    select *
    from (
        select
            quotes.*,
            row_number() over (
                partition by quotes.source_system, {{ offer_of('quotes') }}
                order by quotes.version desc nulls last, quotes.sent_at desc, quotes.quote_id desc
            ) as choice
        from {{ ref('fct_quotes') }} as quotes
        cross join context
        where quotes.sent_date <= context.as_of_date
    ) as versions
    where choice = 1
),

bookings as (
    select contract_key, min(booked_date) as booked_date, sum(booked_amount) as booked_amount
    from {{ ref('contract_bookings') }}
    group by contract_key
),

steps as (
    select 'lead' as step, 'lead|' || lead_key as chain_key, created_date as step_date, cast(null as decimal(18, 2)) as amount
    from {{ ref('fct_leads') }}
    where not is_merged_duplicate
    union all
    -- what became an opportunity was qualified, whether or not anybody wrote it down
    select
        'qualified', 'lead|' || {{ source_key('source_system', 'surviving_lead_id') }},
        min(least(coalesce(qualified_date, converted_date, created_date), coalesce(converted_date, qualified_date, created_date))),
        null
    from {{ ref('fct_leads') }}
    where qualified_date is not null or converted_opportunity_id is not null
    group by source_system, surviving_lead_id
    union all
    select 'quote', coalesce(chains.chain_key, 'quote|' || offers.quote_key), offers.sent_date, offers.amount
    from offers
    left join {{ ref('int_document_chains') }} as chains
        on chains.document_type = 'opportunity'
        and chains.document_key = {{ source_key('offers.source_system', 'offers.opportunity_id') }}
    {%- for step, model, key, day, amount, condition in [
        ('opportunity', ref('fct_opportunities'), 'opportunity_key', 'facts.created_date', 'facts.amount', 'true'),
        ('contract', 'bookings', 'contract_key', 'facts.booked_date', 'facts.booked_amount', 'true'),
        ('order', ref('fct_orders'), 'order_key', 'facts.order_date', 'facts.net_amount', 'facts.is_booked'),
        ('invoice', ref('fct_invoices'), 'invoice_key', 'facts.posted_date', 'facts.net_amount', 'facts.is_posted'),
        ('cash', ref('fct_payment_allocations'), 'invoice_key', 'facts.effective_date', 'facts.allocated_amount',
            "facts.allocation_type = 'receipt' and (facts.reversed_date is null or facts.reversed_date > context.as_of_date)"),
    ] %}
    union all
    select '{{ step }}', chains.chain_key, {{ day }}, cast({{ amount }} as decimal(18, 2))
    from {{ model }} as facts
    cross join context
    inner join {{ ref('int_document_chains') }} as chains
        on chains.document_type = '{{ 'invoice' if step == 'cash' else step }}' and chains.document_key = facts.{{ key }}
    where {{ condition }}
    {%- endfor %}
),

final as (
    select steps.step, steps.chain_key, count(*) as document_count, sum(steps.amount) as amount
    from steps
    inner join context on steps.step_date <= context.as_of_date
    group by steps.step, steps.chain_key
)

select * from final
