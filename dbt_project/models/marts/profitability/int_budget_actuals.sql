{{ config(schema='marts_internal') }}

with context as (

    select as_of_date, reporting_currency from {{ ref('run_context') }}

),

amounts as (

    select month_start, coalesce(region, 'unknown') as region, net_revenue, gross_margin, 0 as currency_amount, 0 as quantity
    from {{ ref('customer_months') }}
    {%- for day, sign in [('posted_date', ''), ('reversed_date', '-')] %}
    union all
    -- what the change of rates since the first day of the fiscal year made of invoices in other currencies
    select
        {{ month_start('invoices.' ~ day) }}, coalesce(segments.region, 'unknown'), 0, 0,
        {{ sign }}(invoices.net_amount - {{ converted('invoices.document_net_amount', 'rates') }}), 0
    from {{ ref('fct_invoices') }} as invoices
    cross join context
    -- what is taken back takes back the effect that it had when it was posted
    inner join {{ ref('dim_dates') }} as dates on invoices.posted_date = dates.date_day
    {{ join_segments('invoices', 'invoices.' ~ day) }}
    {{ join_rates('rates', 'invoices.currency', 'context.reporting_currency', 'dates.fiscal_year_start') }}
    where invoices.{{ day }} <= context.as_of_date and invoices.currency <> context.reporting_currency
    union all
    select
        {{ month_start('invoice_lines.' ~ day) }}, coalesce(segments.region, 'unknown'), 0, 0, 0, {{ sign }}invoice_lines.quantity
    from {{ ref('fct_invoice_lines') }} as invoice_lines
    cross join context
    {{ join_segments('invoice_lines', 'invoice_lines.' ~ day) }}
    where invoice_lines.{{ day }} <= context.as_of_date
    {%- endfor %}

),

members as (

    select amounts.*, 'region' as dimension_name, region as dimension_value from amounts
    union all
    select amounts.*, 'total' as dimension_name, 'total' as dimension_value from amounts

)

select
    month_start,
    dimension_name,
    dimension_value,
    cast(sum(net_revenue) as decimal(18, 2)) as net_revenue,
    cast(sum(gross_margin) as decimal(18, 2)) as gross_margin,
    -- without a rate of that day the effect is not known and stays in the others
    cast(coalesce(sum(currency_amount), 0) as decimal(18, 2)) as currency_amount,
    cast(coalesce(sum(quantity), 0) as decimal(18, 4)) as quantity
from members
group by month_start, dimension_name, dimension_value
