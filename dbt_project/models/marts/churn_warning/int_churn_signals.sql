-- What was seen around the last business of everyone who left. What a company does not bring was not seen and is not absent
-- either: it is null. A desk that tells no kinds of tickets apart knows no complaints, one that records no answer no slow ones.
{%- set signals = [
    ('complaints', 'fct_tickets', 'created_date', 'facts.is_complaint and not facts.is_merged', "ticket_type <> 'other'"),
    ('slow_responses', 'fct_tickets', 'created_date',
        '(facts.first_response_hours > 24 or facts.is_waiting) and not facts.is_merged', 'first_response_hours is not null'),
    ('contacts', 'fct_activities', 'occurred_date', 'facts.is_two_way_contact', 'is_two_way_contact'),
    ('lost_deals', 'fct_opportunities', 'closed_date', "facts.outcome = 'lost'", 'true'),
    ('cancelled_contracts', 'fct_contracts', 'cancelled_date', 'true', 'true'),
    ('disputed_invoices', 'fct_invoices', 'invoice_date', 'facts.is_disputed', 'true'),
] %}
with context as (
    select as_of_date from {{ ref('run_context') }}
),

spells as (
    select
        spells.customer_key,
        spells.active_until as churned_date,
        spells.last_business_date,
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

{%- for name, model, day, condition, known in signals %}

{{ name }} as (
    select
        churned.customer_key,
        churned.churned_date,
        {%- if name == 'lost_deals' %}
        max(facts.loss_reason) as loss_reason,
        {%- endif %}
        count(*) as seen_count
    from churned
    inner join {{ ref(model) }} as facts
        on churned.customer_key = facts.customer_key and facts.{{ day }} between churned.window_from and churned.window_to
    where {{ condition }}
    group by churned.customer_key, churned.churned_date
),
{%- endfor %}

final as (
    select
        churned.customer_key,
        churned.churned_date,
        churned.last_business_date,
        case when churned.came_back_date <= churned.as_of_date then churned.came_back_date end as came_back_date,
        {%- for name, model, day, condition, known in signals %}
        case when {{ name }}_known.row_count > 0 then coalesce({{ name }}.seen_count, 0) end as {{ name }},
        {%- endfor %}
        lost_deals.loss_reason
    from churned
    {%- for name, model, day, condition, known in signals %}
    cross join (select count(*) as row_count from {{ ref(model) }} where {{ known }}) as {{ name }}_known
    left join {{ name }} on churned.customer_key = {{ name }}.customer_key and churned.churned_date = {{ name }}.churned_date
    {%- endfor %}
)

select * from final
