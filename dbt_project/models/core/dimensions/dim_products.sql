with context as (
    select ledger_currency from {{ ref('run_context') }}
),

final as (
    select
        {{ source_key('products.source_system', 'products.product_code') }} as product_key,
        products.source_system,
        products.product_code,
        coalesce(products.product_name, products.product_code) as product_name,
        coalesce(products.product_line, 'unknown') as product_line,
        coalesce(products.category, 'unknown') as category,
        cast(products.standard_cost as decimal(18, 4)) as standard_cost,
        coalesce(products.currency, context.ledger_currency) as currency,
        coalesce(products.is_active, true) as is_active,
        products.is_stale
    from {{ ref('stg_erp__products') }} as products
    cross join context
)

select * from final
