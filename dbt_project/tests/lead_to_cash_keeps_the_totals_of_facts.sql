-- From lead to cash nothing is lost and nothing counted twice: leads are those that are no duplicates, and each amount is that
-- of its facts.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

mart as (
    select
        sum(lead_count) as leads, sum(opportunity_amount) as opportunity, sum(contract_amount) as contract,
        sum(order_amount) as orders, sum(invoice_amount) as invoice, sum(cash_amount) as cash
    from {{ ref('lead_to_cash') }}
),

facts as (
    {%- for name, model, day, amount, condition in [
        ('leads', 'fct_leads', 'created_date', '1', 'not is_merged_duplicate'),
        ('opportunity', 'fct_opportunities', 'created_date', 'amount', 'true'),
        ('contract', 'contract_bookings', 'booked_date', 'booked_amount', 'true'),
        ('orders', 'fct_orders', 'order_date', 'net_amount', 'is_booked'),
        ('invoice', 'fct_invoices', 'posted_date', 'net_amount', 'is_posted'),
        ('cash', 'fct_payment_allocations', 'effective_date', 'allocated_amount',
            "allocation_type = 'receipt' and (reversed_date is null or reversed_date > context.as_of_date)"),
    ] %}
    select '{{ name }}' as step, sum({{ amount }}) as amount
    from {{ ref(model) }}
    cross join context
    where {{ day }} <= context.as_of_date and {{ condition }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

shown as (
    {%- for name in ['leads', 'opportunity', 'contract', 'orders', 'invoice', 'cash'] %}
    select '{{ name }}' as step, {{ name }} as amount from mart
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select facts.step, facts.amount, shown.amount as shown_amount
from facts
inner join shown on shown.step = facts.step
where coalesce(facts.amount, 0) <> coalesce(shown.amount, 0)
