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

tie as (
    select * from {{ ref('int_ledger_tie') }} where account_class = 'receivable'
),

-- months with something open in books of another currency whose ledger nobody brings
beyond as (
    select distinct items.month_start
    from {{ ref('int_receivable_month_items') }} as items
    left join tie on tie.month_start = items.month_start and tie.currency = items.ledger_currency
    where tie.currency is null
),

-- ledgers in several currencies have no sum; each is held against its own documents in quality.reconciliation
control as (
    select
        tie.month_start,
        case when count(*) = 1 and count(beyond.month_start) = 0 then max(tie.ledger_amount) end as ledger_amount,
        case when count(*) = 1 and count(beyond.month_start) = 0 then max(tie.held_back_amount) end as held_back_amount,
        case when count(*) = 1 then max(tie.difference_amount) else sum(abs(tie.difference_amount)) end as difference_amount,
        count(*) > 1 or count(beyond.month_start) > 0 as is_several
    from tie
    left join beyond on beyond.month_start = tie.month_start
    group by tie.month_start
),

final as (
    select
        months.month_start,
        months.as_of_date,
        {%- for line in ['opening', 'billed'] + outflows + ['currency', 'closing'] %}
        {%- set amount = 'coalesce(movements.' ~ line ~ '_amount, 0)' %}
        {{ 'cast(' ~ amount ~ ' as decimal(18, 2))' if line in documents else if_payments(amount) }} as {{ line }}_amount,
        {%- endfor %}
        {{ if_payments('case when not coalesce(control.is_several, false) then coalesce(movements.closing_ledger_amount, 0) end') }}
            as closing_ledger_amount,
        cast(control.held_back_amount as decimal(18, 2)) as held_back_ledger_amount,
        cast(control.ledger_amount as decimal(18, 2)) as control_ledger_amount,
        cast(control.difference_amount as decimal(18, 2)) as difference_ledger_amount
    from months
    cross join {{ ref('int_profit_bases') }} as bases
    left join movements on movements.month_start = months.month_start
    left join control on control.month_start = months.month_start
)

select * from final
