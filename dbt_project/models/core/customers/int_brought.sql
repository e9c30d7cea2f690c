-- What the sources of the company bring at all: a count of what nobody brings is not known, which is not zero. Where a model has no
-- row, no source brings what it holds.
select
    {{ has_rows('fct_marketing_costs') }} as has_marketing_costs,
    {{ has_rows('fct_leads') }} as has_leads,
    {{ has_rows('fct_opportunities') }} as has_opportunities,
    {{ has_rows('fct_quotes') }} as has_quotes,
    {{ has_rows('fct_contracts') }} as has_contracts,
    {{ has_rows('fct_orders') }} as has_orders,
    {{ has_rows('fct_invoices') }} as has_invoices,
    {{ has_rows('fct_orders') }} or {{ has_rows('fct_invoices') }} as has_purchases,
    -- who has a contract is billed by its terms: his invoices do not tell when he orders
    {{ has_rows('fct_orders') }} or (context.profile <> 'b2b_contract' and {{ has_rows('fct_invoices') }}) as has_customer_orders,
    bases.revenue_basis <> 'missing' as has_revenue,
    {{ has_rows('fct_activities') }} as has_activities,
    {{ has_rows('fct_activities') }} or {{ has_rows('fct_ticket_events') }} as has_contacts,
    {{ has_rows('fct_tickets') }} as has_tickets,
    -- a desk that tells no kinds of tickets apart knows of no complaints
    {{ has_rows('fct_tickets', "ticket_type <> 'other'") }} as has_complaints,
    {{ has_rows('fct_service_time') }} as has_service_time
from {{ ref('run_context') }} as context
cross join {{ ref('int_profit_bases') }} as bases
