-- Opening, flows and closing per customer and month, in reporting and in ledger currency. What the flows do not
-- explain is the effect of currency: balances stand at the month-end rate, flows at the rate of their day. Without payments
-- what was billed is known all the same, what came in and what is open is not.
{%- set documents = ['billed', 'credit_notes', 'adjustments'] %}
{%- set flows = documents + ['receipts', 'transfers'] %}
with context as (
    select as_of_date from {{ ref('run_context') }}
),

balances as (
    select customer_key, month_start, sum(amount) as amount, sum(ledger_amount) as ledger_amount
    from {{ ref('int_receivable_month_items') }}
    group by customer_key, month_start
),

entries as (
    select customer_key, month_start, 'closing' as line, amount, ledger_amount
    from balances
    union all
    select
        balances.customer_key, months.next_month_start as month_start, 'opening' as line, balances.amount,
        balances.ledger_amount
    from balances
    inner join {{ ref('int_finance_months') }} as months
        on months.month_start = balances.month_start
        and months.is_followed
    union all
    select
        events.customer_key, {{ month_start('events.event_date') }} as month_start, events.bridge_line as line,
        events.amount, events.ledger_amount
    from {{ ref('int_receivable_events') }} as events
    inner join context on events.event_date <= context.as_of_date
),

summed as (
    select
        customer_key,
        month_start,
        {%- for line in ['opening'] + flows + ['closing'] %}
        {{ money_where("line = '" ~ line ~ "'") }} as {{ line }}_amount,
        {{ money_where("line = '" ~ line ~ "'", 'ledger_amount') }} as {{ line }}_ledger_amount
        {{- ',' if not loop.last }}
        {%- endfor %}
    from entries
    group by customer_key, month_start
)

select
    summed.customer_key,
    summed.month_start,
    {%- for line in ['opening'] + flows + ['closing'] %}
    {%- for column in [line ~ '_amount', line ~ '_ledger_amount'] %}
    {{ 'summed.' ~ column if line in documents else 'case when bases.has_payments then summed.' ~ column ~ ' end as ' ~ column }},
    {%- endfor %}
    {%- endfor %}
    {%- for side in ['', 'ledger_'] %}
    case when bases.has_payments then cast(closing_{{ side }}amount - opening_{{ side }}amount
        {%- for line in flows %} - {{ line }}_{{ side }}amount{% endfor %} as decimal(18, 2)
    ) end as currency_{{ side }}amount
    {{- ',' if not loop.last }}
    {%- endfor %}
from summed
cross join {{ ref('int_profit_bases') }} as bases
