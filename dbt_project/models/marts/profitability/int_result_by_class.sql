-- The customer results added up by account class of the ledger, to be held against it.
{%- set classes = {
    'revenue': 'net_revenue',
    'cogs': 'cogs_amount',
    'service_expense': 'cost_to_serve',
    'selling_expense': 'selling_amount + rebate_amount + selling_allocated_amount',
    'marketing_expense': 'marketing_amount + marketing_allocated_amount',
    'bad_debt': 'bad_debt_amount',
    'fx_difference': 'fx_difference_amount',
} %}
{%- for class, columns in classes.items() %}
select month_start, '{{ class }}' as account_class, cast(sum({{ columns }}) as decimal(18, 2)) as amount
from {{ ref('customer_profitability') }}
group by month_start
{{ 'union all' if not loop.last }}
{%- endfor %}
