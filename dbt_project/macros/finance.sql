{#- Currency conversion. In the from clause, once per target currency:

        {{ join_rates('rates', 'orders.currency', 'context.reporting_currency', 'orders.order_date') }}

    and in the select list {{ converted('orders.amount', 'rates') }}. A missing rate gives null, never 1.0. -#}

{#- Every rate has one row per day, and a currency to itself one row in all: so that the join is by equality alone. -#}
{% macro join_rates(name, from_currency, to_currency, day) -%}
left join {{ ref('int_exchange_rates') }} as {{ name }}
    on {{ name }}.from_currency = {{ from_currency }}
    and {{ name }}.to_currency = {{ to_currency }}
    and {{ name }}.valid_from
        = case when {{ from_currency }} = {{ to_currency }} then {{ first_day_of_all() }} else {{ day }} end
{%- endmacro %}

{% macro first_day_of_all() %}cast('1900-01-01' as date){% endmacro %}

{#- Money in the target currency of the joined rate, rounded once. -#}
{% macro converted(amount, rate) %}{{ to_money(amount ~ ' * ' ~ rate ~ '.rate') }}{% endmacro %}

{#- Currency of the ledger in which a source keeps its books: what its source file says, else the company's. Needs `context`, a
    row of run_context. -#}
{% macro ledger_currency_of(source_system, context='context') -%}
{%- set place = "position(',' || " ~ source_system ~ " || ':' in " ~ context ~ '.source_ledger_currencies)' -%}
coalesce(
            case when {{ place }} > 0
                then substring({{ context }}.source_ledger_currencies, {{ place }} + length({{ source_system }}) + 2, 3) end,
            {{ context }}.ledger_currency
        )
{%- endmacro %}

{#- The source system in a warehouse key. -#}
{% macro source_of_key(key) %}substring({{ key }}, 1, position('|' in {{ key }}) - 1){% endmacro %}

{#- Whether an amount could not be converted. -#}
{% macro is_rate_missing(amount, rate) %}({{ amount }} is not null and {{ rate }}.rate is null){% endmacro %}

{#- Warehouse key of a source row: a key may occur in two source systems. -#}
{% macro source_key(source_system, key) %}({{ source_system }} || '|' || {{ key }}){% endmacro %}

{#- From which day an order is booked, and until which (R10). One that was cancelled leaves on the day of the cancellation, so that
    the past can be replayed; one that nobody saw living was never booked. -#}
{% macro booked_dates(orders, cancellations) -%}
{%- set taken_back = orders ~ ".status = 'cancelled' and coalesce(" ~ cancellations ~ ".was_seen_living, false)" -%}
case when {{ orders }}.status not in ('draft', 'cancelled') or ({{ taken_back }}) then {{ orders }}.order_date end
            as booked_date,
        case when {{ taken_back }} then greatest({{ cancellations }}.cancelled_date, {{ orders }}.order_date) end as reversed_date
{%- endmacro %}

{#- Revenue, of a query over int_profit_bases as `bases`: missing where no source brings orders, invoices or a ledger of it. -#}
{% macro if_revenue(amount) -%}
cast(case when bases.revenue_basis <> 'missing' then {{ amount }} end as decimal(18, 2))
{%- endmacro %}

{#- Money that has the cost of goods in it, of a query over int_profit_bases as `bases`: missing where no source knows that cost.
    Of a customer it says nothing either where the cost stands at nobody (names_cogs). -#}
{% macro if_goods_cost(amount) -%}
cast(case when bases.cogs_basis <> 'missing' then {{ amount }} end as decimal(18, 2))
{%- endmacro %}

{#- What is left of revenue when that cost is taken off: missing where either is. -#}
{% macro if_margin(amount) %}{{ if_revenue(if_goods_cost(amount)) }}{% endmacro %}

{#- What a customer is worth (metrics 47 and 51), of a query over int_profit_bases as `bases`: his contribution, or his revenue
    where no cost of goods stands at customers; and which of the two it is. -#}
{% macro customer_value(contribution, revenue) %}case when bases.names_cogs then {{ contribution }} else {{ revenue }} end{% endmacro %}
{% macro value_basis() %}case when bases.names_cogs then 'contribution_profit' else 'net_revenue' end{% endmacro %}

{#- Money of one line out of a running total, so that the lines of a document sum to the rounded document. -#}
{% macro line_money(running_amount, line_amount, factor) -%}
cast({{ to_money('(' ~ running_amount ~ ') * ' ~ factor) }}
    - {{ to_money('(' ~ running_amount ~ ' - ' ~ line_amount ~ ') * ' ~ factor) }} as decimal(18, 2))
{%- endmacro %}

{#- Sign that makes the usual side of an account class positive: income and what is owed to others stand in credit. -#}
{% macro natural_sign(account_class) -%}
(case when {{ account_class }} in ('revenue', 'deferred_revenue') then -1 else 1 end)
{%- endmacro %}

{#- part / whole of a money amount, exact to the cent where the quotient falls on half a cent. -#}
{% macro share_of_money(amount, part, whole) -%}
{%- set quotient = safe_ratio('cast(' ~ amount ~ ' as double) * cast(' ~ part ~ ' as double)', whole) -%}
{{ to_money(as_decimal(quotient)) }}
{%- endmacro %}

{#- Sum of money over the rows of a group for which a condition holds; 0 where there is none. An amount without rate is in
    no total, and not the end of one either. -#}
{% macro money_where(condition, amount='amount') -%}
cast(sum(case when {{ condition }} then coalesce({{ amount }}, 0) else 0 end) as decimal(18, 2))
{%- endmacro %}
