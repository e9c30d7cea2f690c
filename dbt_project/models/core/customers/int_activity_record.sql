-- From which day on a first activity proves a new customer. Who was one before the record began shows up within the first
-- activity window (R12), or was not active when it began: only a first activity after that window is a start.
with context as (
    select * from {{ ref('run_context') }}
),

firsts as (
    select min(active_from) as first_date from {{ ref('int_activity_spells') }}
),

-- a company that brings neither contracts, invoices nor orders knows its customers by the deals that were won
won as (
    select min(closed_date) as first_date
    from {{ ref('fct_opportunities') }}
    where {{ knows_customers_by_deals() }} and outcome = 'won' and customer_key <> 'unassigned'
),

begun as (
    select
        context.active_days,
        context.history_is_complete,
        -- of a company where nothing has happened yet the record begins today
        -- a contract from before the record comes with its own start: the record begins with the first other entry
        case
            when context.profile = 'b2b_contract' and span.first_entry_date > firsts.first_date then span.first_entry_date
            else coalesce(firsts.first_date, won.first_date, context.as_of_date)
        end as record_begins_date
    from context
    cross join firsts
    cross join won
    cross join {{ ref('int_event_span') }} as span
),

final as (
    select
        record_begins_date,
        case
            when history_is_complete then cast('1970-01-01' as date)
            else {{ add_days('record_begins_date', 'active_days') }}
        end as proven_from_date
    from begun
)

select * from final
