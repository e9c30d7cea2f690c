-- Every amount that may enter a customer's result, with the basis that it belongs to. Which of them do is
-- int_profit_entries'.
with records as (
    -- what is taken back counts from its day until then
    {%- for class, line, basis, first_date, amount, model in [
        ('revenue', 'net_revenue', 'billed', 'posted_date', 'net_amount', 'fct_invoices'),
        ('revenue', 'net_revenue', 'booked', 'booked_date', 'net_amount', 'fct_orders'),
        ('cogs', 'cogs', 'billed', 'posted_date', 'cost_amount', 'fct_invoice_lines'),
        ('cogs', 'cogs', 'booked', 'booked_date', 'cost_amount', 'fct_order_lines'),
    ] %}
    select
        customer_key, {{ first_date }} as entry_date, '{{ class }}' as account_class, '{{ basis }}' as basis, '{{ line }}' as line,
        {{ amount }} as amount
    from {{ ref(model) }} where {{ first_date }} is not null
    union all
    select
        customer_key, reversed_date, '{{ class }}', '{{ basis }}', '{{ line }}', cast(-{{ amount }} as decimal(18, 2))
    from {{ ref(model) }} where reversed_date is not null
    union all
    {%- endfor %}
    select customer_key, worked_date, 'service_expense', 'direct', 'service_time', cost_amount
    from {{ ref('fct_service_time') }}
    union all
    select
        customer_key, cost_date,
        case cost_group
            when 'service' then 'service_expense' when 'marketing' then 'marketing_expense' else 'selling_expense'
        end,
        'direct',
        case cost_group when 'service' then 'service_direct' else cost_group end,
        amount
    from {{ ref('fct_customer_costs') }}
    union all
    select customer_key, adjusted_date, 'bad_debt', 'direct', 'bad_debt', amount
    from {{ ref('fct_receivable_adjustments') }} where adjustment_type = 'write_off'
    union all
    select
        customer_key, posting_date, account_class, 'recognised',
        case account_class
            when 'revenue' then 'net_revenue'
            when 'service_expense' then 'service_direct'
            when 'selling_expense' then 'selling'
            when 'marketing_expense' then 'marketing'
            else account_class
        end,
        natural_amount
    from {{ ref('fct_gl_entries') }}
    where account_class in (
        'revenue', 'cogs', 'service_expense', 'selling_expense', 'marketing_expense', 'bad_debt', 'fx_difference'
    )
)

select
    records.customer_key,
    {{ month_start('records.entry_date') }} as month_start,
    records.account_class,
    records.basis,
    records.line,
    cast(sum(records.amount) as decimal(18, 2)) as amount
from records
inner join {{ ref('run_context') }} as context on records.entry_date <= context.as_of_date
where records.amount <> 0
group by
    records.customer_key, {{ month_start('records.entry_date') }}, records.account_class, records.basis, records.line
