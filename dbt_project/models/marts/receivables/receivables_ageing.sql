with items as (
    select * from {{ ref('int_receivable_month_items') }}
),

final as (
    select
        month_start,
        max(as_of_date) as as_of_date,
        customer_key,
        {%- for bucket in ageing_buckets() %}
        cast(sum(case when ageing_bucket = '{{ bucket }}' then amount else 0 end) as decimal(18, 2)) as {{ bucket }}_amount,
        {%- endfor %}
        cast(sum(case when item_type = 'invoice' then amount else 0 end) as decimal(18, 2)) as open_items_amount,
        cast(-sum(case when item_type = 'receipt' then amount else 0 end) as decimal(18, 2)) as unapplied_receipts_amount,
        cast(-sum(case when item_type = 'credit_note' then amount else 0 end) as decimal(18, 2)) as unapplied_credits_amount,
        cast(sum(amount) as decimal(18, 2)) as accounts_receivable,
        cast(sum(case when item_type = 'invoice' and amount > 0 then amount else 0 end) as decimal(18, 2)) as gross_open_amount,
        cast(sum(case when item_type = 'invoice' and amount > 0 and days_overdue > 0 then amount else 0 end) as decimal(18, 2)) as overdue_amount,
        cast(sum(case when item_type = 'invoice' and amount < 0 then amount else 0 end) as decimal(18, 2)) as negative_open_amount,
        cast(sum(case when item_type = 'invoice' and is_disputed then amount else 0 end) as decimal(18, 2)) as disputed_amount,
        cast(sum({{ as_flag("item_type = 'invoice'") }}) as bigint) as open_invoice_count,
        cast(sum({{ as_flag("item_type = 'invoice' and amount > 0 and days_overdue > 0") }}) as bigint) as overdue_invoice_count,
        cast(max(case when item_type = 'invoice' and amount > 0 and days_overdue > 0 then days_overdue end) as bigint) as longest_days_overdue,
        cast(sum({{ as_flag('is_missing_rate') }}) as bigint) as missing_rate_count
    from items
    group by month_start, customer_key
)

select * from final
