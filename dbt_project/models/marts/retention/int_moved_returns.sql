-- R8: what a credit note takes back counts for the month of the invoice line that it corrects, and no more for its own.
-- A credit note of another customer than the invoice's stays where it is.
with corrections as (
    select
        credits.invoice_line_key,
        credits.customer_key,
        coalesce(lines.invoice_key, notes.credited_invoice_key) as corrected_invoice_key,
        credits.posted_date,
        credits.net_amount,
        credits.net_amount - coalesce(credits.cost_amount, 0) as margin_amount
    from {{ ref('fct_invoice_lines') }} as credits
    cross join {{ ref('run_context') }} as context
    inner join {{ ref('fct_invoices') }} as notes on notes.invoice_key = credits.invoice_key
    left join {{ ref('fct_invoice_lines') }} as lines
        on lines.source_system = credits.source_system
        and lines.invoice_line_id = credits.credited_invoice_line_id
    where credits.document_type = 'credit_note' and credits.is_posted and credits.posted_date <= context.as_of_date
),

dated as (
    select
        corrections.customer_key,
        {{ month_start('corrected.posted_date') }} as invoice_month,
        {{ month_start('corrections.posted_date') }} as credit_month,
        corrections.net_amount,
        corrections.margin_amount
    from corrections
    inner join {{ ref('fct_invoices') }} as corrected
        on corrected.invoice_key = corrections.corrected_invoice_key
        and corrected.customer_key = corrections.customer_key
    where corrected.posted_date is not null
),

sides as (
    select customer_key, invoice_month, invoice_month as month_start, net_amount, margin_amount from dated
    union all
    select customer_key, invoice_month, credit_month, -net_amount, -margin_amount from dated
),

final as (
    select
        customer_key,
        invoice_month,
        month_start,
        cast(sum(net_amount) as decimal(18, 2)) as net_revenue,
        cast(sum(margin_amount) as decimal(18, 2)) as gross_margin
    from sides
    group by customer_key, invoice_month, month_start
)

select * from final where net_revenue <> 0 or gross_margin <> 0
