{%- set amounts = ['gross_open', 'overdue', 'negative_open', 'disputed'] %}
{%- set counts = ['open_invoice_count', 'overdue_invoice_count', 'longest_days_overdue'] %}
with items as (
    select
        *,
        item_type = 'invoice' as is_invoice,
        item_type = 'invoice' and amount > 0 and days_overdue > 0 as is_overdue
    from {{ ref('int_receivable_month_items') }}
),

summed as (
    select
        month_start,
        max(as_of_date) as as_of_date,
        customer_key,
        {%- for bucket in ageing_buckets() %}
        {{ money_where("ageing_bucket = '" ~ bucket ~ "'") }} as {{ bucket }}_amount,
        {%- endfor %}
        {{ money_where('is_invoice') }} as open_items_amount,
        {{ money_where("item_type = 'receipt'", '-amount') }} as unapplied_receipts_amount,
        {{ money_where("item_type = 'credit_note'", '-amount') }} as unapplied_credits_amount,
        {{ money_where('true') }} as accounts_receivable,
        {{ money_where('true', 'net_of_tax_amount') }} as accounts_receivable_net_of_tax,
        {{ money_where('is_invoice and amount > 0') }} as gross_open_amount,
        {{ money_where('is_overdue') }} as overdue_amount,
        {{ money_where('is_invoice and amount < 0') }} as negative_open_amount,
        {{ money_where('is_invoice and is_disputed') }} as disputed_amount,
        sum({{ as_flag('is_invoice') }}) as open_invoice_count,
        sum({{ as_flag('is_overdue') }}) as overdue_invoice_count,
        max(case when is_overdue then days_overdue end) as longest_days_overdue,
        cast(sum({{ as_flag('is_missing_rate') }}) as bigint) as missing_rate_count
    from items
    group by month_start, customer_key
),

-- where no payment is ever applied, every invoice ever issued would be open and late: of what is owed only the sum is known
final as (
    select
        summed.month_start,
        summed.as_of_date,
        summed.customer_key,
        {%- for bucket in ageing_buckets() %}
        {{ if_applications('summed.' ~ bucket ~ '_amount') }} as {{ bucket }}_amount,
        {%- endfor %}
        summed.open_items_amount,
        summed.unapplied_receipts_amount,
        summed.unapplied_credits_amount,
        summed.accounts_receivable,
        {{ if_applications('summed.accounts_receivable_net_of_tax') }} as accounts_receivable_net_of_tax,
        {%- for amount in amounts %}
        {{ if_applications('summed.' ~ amount ~ '_amount') }} as {{ amount }}_amount,
        {%- endfor %}
        {%- for count in counts %}
        {{ if_applications('summed.' ~ count, 'bigint') }} as {{ count }},
        {%- endfor %}
        summed.missing_rate_count
    from summed
    cross join {{ ref('int_profit_bases') }} as bases
)

select * from final
