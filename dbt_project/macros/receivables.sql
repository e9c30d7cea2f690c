{#- Days past the due date, as the field's five buckets; null where no due date applies. -#}
{% macro ageing_bucket(days_overdue) -%}
case
    when {{ days_overdue }} is null then null
    when {{ days_overdue }} <= 0 then 'not_due'
    when {{ days_overdue }} <= 30 then 'days_1_30'
    when {{ days_overdue }} <= 60 then 'days_31_60'
    when {{ days_overdue }} <= 90 then 'days_61_90'
    else 'days_over_90'
end
{%- endmacro %}

{% macro ageing_buckets() %}
    {{ return(['not_due', 'days_1_30', 'days_31_60', 'days_61_90', 'days_over_90']) }}
{% endmacro %}

{#- Body of a select: open items as of any day (a DATE expression), in document currency. Invoices are positive; receipts
    and credit notes that are not applied are negative; their sum is the receivable of that day. -#}
{% macro receivable_items_as_of(day) -%}
select
    item_key,
    item_type,
    customer_key,
    currency,
    cast(sum(document_amount) as decimal(18, 4)) as document_amount
from {{ ref('int_receivable_events') }}
where event_date <= {{ day }}
group by item_key, item_type, customer_key, currency
having sum(document_amount) <> 0
{%- endmacro %}

{#- Money that only payments tell, of a query over int_profit_bases as `bases`: missing where no source brings them. -#}
{% macro if_payments(amount) -%}
cast(case when bases.has_payments then {{ amount }} end as decimal(18, 2))
{%- endmacro %}

{#- What only the applications of payments tell, such as what is overdue: missing where no source brings them. -#}
{% macro if_applications(figure, type='decimal(18, 2)') -%}
cast(case when bases.has_applications then {{ figure }} end as {{ type }})
{%- endmacro %}

{#- The months since the first of `items` in which it has no row: a month end with nothing open is one too, or a quarter would
    end with the month before. -#}
{% macro months_without(items) -%}
select months.month_start
    from {{ ref('int_months') }} as months
    inner join (select min(month_start) as first_month from {{ items }}) as firsts on months.month_start > firsts.first_month
    left join {{ items }} on months.month_start = {{ items }}.month_start
    where {{ items }}.month_start is null
{%- endmacro %}
