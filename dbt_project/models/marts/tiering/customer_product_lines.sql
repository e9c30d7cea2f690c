-- Product lines of the invoices of twelve months, and of the contracts in force in them. What names no line counts as none;
-- where nothing ever names one, nobody knows.
with months as (
    select * from {{ ref('int_lifecycle_months') }}
),

bought as (
    select lines.customer_key, products.product_line, lines.invoice_date as from_date, lines.invoice_date as until_date
    from {{ ref('fct_invoice_lines') }} as lines
    inner join {{ ref('dim_products') }} as products
        on products.source_system = lines.source_system and products.product_code = lines.product_code
    where lines.is_posted and lines.document_type = 'invoice'
    union all
    select customer_key, product_line, starts_date, {{ add_days('coalesce(in_force_until_date, ' ~ no_end() ~ ')', -1) }}
    from {{ ref('fct_contracts') }}
    where not is_draft
),

counted as (
    select bought.customer_key, months.month_start, count(distinct bought.product_line) as product_line_count
    from bought
    inner join months
        on bought.from_date <= months.state_date and bought.until_date > {{ add_months('months.state_date', -12) }}
    where bought.from_date <= bought.until_date
        and bought.product_line is not null and bought.product_line <> 'unknown'
    group by bought.customer_key, months.month_start
),

brought as (
    select count(*) > 0 as has_product_lines from bought where product_line is not null and product_line <> 'unknown'
),

final as (
    select
        active.customer_key,
        months.month_start,
        months.state_date,
        months.is_current,
        {{ if_brought('product_lines', 'counted.product_line_count', 'bigint') }} as product_line_count,
        case when brought.has_product_lines then coalesce(counted.product_line_count, 0) >= 2 end as is_cross_sold,
        coalesce(attributes.owner_id, 'unassigned') as owner_id,
        coalesce(attributes.region, 'unknown') as region,
        coalesce(attributes.customer_type, 'unassigned') as customer_type,
        coalesce(attributes.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(tiers.tier, 'unranked') as tier
    from months
    cross join brought
    inner join {{ ref('int_activity_spells') }} as active
        on months.state_date >= active.active_from and months.state_date < active.active_until
    left join counted on counted.customer_key = active.customer_key and counted.month_start = months.month_start
    left join {{ ref('int_customer_tier_months') }} as tiers
        on tiers.customer_key = active.customer_key and tiers.month_start = months.month_start
    {{ join_history('attributes', 'active', 'months.state_date') }}
)

select * from final
