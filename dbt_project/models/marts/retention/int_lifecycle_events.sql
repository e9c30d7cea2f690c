-- The last event before or on each observed day that counts against silence: what the profile's rule of activity looks at,
-- and for contracts, which are in force without anything happening, any contact, order, invoice or ticket. Only contacts and
-- tickets tell of a contract that nothing happens: who has paid for a year is billed again after a year.
with context as (
    select profile, as_of_date from {{ ref('run_context') }}
),

events as (
    select invoices.customer_key, invoices.invoice_date as event_date, context.profile <> 'b2b_contract' as tells_silence
    from {{ ref('fct_invoices') }} as invoices
    inner join context on context.profile <> 'b2c'
    where invoices.is_posted and invoices.document_type = 'invoice'
    union all
    select purchases.customer_key, purchases.purchase_date, context.profile <> 'b2b_contract'
    from {{ ref('int_purchases') }} as purchases
    inner join context on context.profile <> 'b2b_project'
    union all
    select contacts.customer_key, contacts.contact_date, true
    from {{ ref('int_contacts') }} as contacts
    inner join context on context.profile = 'b2b_contract'
    union all
    select tickets.customer_key, tickets.created_date, true
    from {{ ref('fct_tickets') }} as tickets
    inner join context on context.profile = 'b2b_contract'
    where not tickets.is_merged
),

days as (
    select distinct customer_key, event_date from events
),

followed as (
    select
        customer_key,
        event_date,
        coalesce(lead(event_date) over (partition by customer_key order by event_date), {{ no_end() }}) as next_date
    from days
),

record as (
    select min(event_date) as first_date from events where tells_silence
),

final as (
    select
        followed.customer_key,
        months.month_start,
        followed.event_date as last_event_date,
        coalesce(record.first_date <= months.state_date, false) as is_silence_told
    from {{ ref('int_lifecycle_months') }} as months
    inner join followed on followed.event_date <= months.state_date and followed.next_date > months.state_date
    cross join record
)

select * from final
