with context as (

    select as_of_date, active_days from {{ ref('run_context') }}

),

spells as (

    select
        spells.customer_key,
        spells.active_until as churned_date,
        {{ add_days('spells.active_until', '-context.active_days') }} as last_business_date,
        lead(spells.active_from) over (partition by spells.customer_key order by spells.active_from) as came_back_date,
        context.as_of_date
    from {{ ref('int_activity_spells') }} as spells
    cross join context
    where spells.customer_key <> 'unassigned'

),

-- a customer leaves in his mind around his last business, long before the window of activity has run out
churned as (

    select
        *,
        {{ add_days('last_business_date', '-' ~ cause_window_days()) }} as window_from,
        least({{ add_days('last_business_date', cause_window_days()) }}, churned_date) as window_to
    from spells
    where churned_date <= as_of_date

),

tickets as (

    select
        churned.customer_key,
        churned.churned_date,
        sum(case when tickets.is_complaint then 1 else 0 end) as complaints,
        sum(case when tickets.first_response_hours > 24 or tickets.is_waiting then 1 else 0 end) as slow_responses
    from churned
    inner join {{ ref('fct_tickets') }} as tickets
        on churned.customer_key = tickets.customer_key
        and tickets.created_date between churned.window_from and churned.window_to
    where not tickets.is_merged
    group by churned.customer_key, churned.churned_date

),

contacts as (

    select churned.customer_key, churned.churned_date, count(*) as contacts
    from churned
    inner join {{ ref('fct_activities') }} as activities
        on churned.customer_key = activities.customer_key
        and activities.occurred_date between churned.window_from and churned.window_to
    where activities.is_two_way_contact
    group by churned.customer_key, churned.churned_date

),

deals as (

    select churned.customer_key, churned.churned_date, count(*) as lost_deals, max(opportunities.loss_reason) as loss_reason
    from churned
    inner join {{ ref('fct_opportunities') }} as opportunities
        on churned.customer_key = opportunities.customer_key
        and opportunities.closed_date between churned.window_from and churned.window_to
    where opportunities.outcome = 'lost'
    group by churned.customer_key, churned.churned_date

),

contracts as (

    select churned.customer_key, churned.churned_date, count(*) as cancelled_contracts
    from churned
    inner join {{ ref('fct_contracts') }} as contracts
        on churned.customer_key = contracts.customer_key
        and contracts.cancelled_date between churned.window_from and churned.window_to
    group by churned.customer_key, churned.churned_date

),

disputes as (

    select churned.customer_key, churned.churned_date, count(*) as disputed_invoices
    from churned
    inner join {{ ref('fct_invoices') }} as invoices
        on churned.customer_key = invoices.customer_key
        and invoices.invoice_date between churned.window_from and churned.window_to
    where invoices.is_disputed
    group by churned.customer_key, churned.churned_date

),

final as (

    select
        churned.customer_key,
        churned.churned_date,
        churned.last_business_date,
        case when churned.came_back_date <= churned.as_of_date then churned.came_back_date end as came_back_date,
        coalesce(tickets.complaints, 0) as complaints,
        coalesce(tickets.slow_responses, 0) as slow_responses,
        coalesce(contacts.contacts, 0) as contacts,
        coalesce(deals.lost_deals, 0) as lost_deals,
        deals.loss_reason,
        coalesce(contracts.cancelled_contracts, 0) as cancelled_contracts,
        coalesce(disputes.disputed_invoices, 0) as disputed_invoices
    from churned
    {%- for part in ['tickets', 'contacts', 'deals', 'contracts', 'disputes'] %}
    left join {{ part }} on churned.customer_key = {{ part }}.customer_key and churned.churned_date = {{ part }}.churned_date
    {%- endfor %}

)

select * from final
