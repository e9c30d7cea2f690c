with items as (
    select
        *,
        item_type = 'invoice' as is_invoice,
        item_type = 'invoice' and amount > 0 and days_overdue > 0 as is_overdue
    from {{ ref('int_receivable_month_items') }}
),

final as (
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
        cast(sum({{ as_flag('is_invoice') }}) as bigint) as open_invoice_count,
        cast(sum({{ as_flag('is_overdue') }}) as bigint) as overdue_invoice_count,
        cast(max(case when is_overdue then days_overdue end) as bigint) as longest_days_overdue,
        cast(sum({{ as_flag('is_missing_rate') }}) as bigint) as missing_rate_count
    from items
    group by month_start, customer_key
)

select * from final
