{%- set outflows = ['receipts', 'credit_notes', 'adjustments'] %}
{%- set documents = ['billed', 'credit_notes', 'adjustments'] %}
with months as (
    select month_start, as_of_date from {{ ref('int_finance_months') }}
),

movements as (
    select
        month_start,
        sum(opening_amount) as opening_amount,
        sum(billed_amount) as billed_amount,
        {%- for line in outflows %}
        -sum({{ line }}_amount) as {{ line }}_amount,
        {%- endfor %}
        -- what applications move between customers is nil in one currency; the rest is an exchange difference
        sum(transfers_amount + currency_amount) as currency_amount,
        sum(closing_amount) as closing_amount,
        sum(closing_ledger_amount) as closing_ledger_amount
    from {{ ref('int_customer_receivable_months') }}
    group by month_start
),

control as (
    select month_start, ledger_amount, held_back_amount, difference_amount
    from {{ ref('int_ledger_tie') }}
    where account_class = 'receivable'
),

final as (
    select
        months.month_start,
        months.as_of_date,
        {%- for line in ['opening', 'billed'] + outflows + ['currency', 'closing'] %}
        {%- set amount = 'coalesce(movements.' ~ line ~ '_amount, 0)' %}
        {{ 'cast(' ~ amount ~ ' as decimal(18, 2))' if line in documents else if_payments(amount) }} as {{ line }}_amount,
        {%- endfor %}
        {{ if_payments('coalesce(movements.closing_ledger_amount, 0)') }} as closing_ledger_amount,
        control.held_back_amount as held_back_ledger_amount,
        control.ledger_amount as control_ledger_amount,
        control.difference_amount as difference_ledger_amount
    from months
    cross join {{ ref('int_profit_bases') }} as bases
    left join movements on movements.month_start = months.month_start
    left join control on control.month_start = months.month_start
)

select * from final
