with context as (
    select profile, as_of_date from {{ ref('run_context') }}
),

accounts as (
    select records.customer_key, staged.*
    from {{ ref('int_customer_records') }} as records
    inner join {{ ref('stg_crm__accounts') }} as staged
        on staged.source_system = records.source_system and staged.account_id = records.source_key
    where records.entity = 'crm_accounts' and records.is_survivor
),

customers as (
    select records.customer_key, staged.*
    from {{ ref('int_customer_records') }} as records
    inner join {{ ref('stg_erp__customers') }} as staged
        on staged.source_system = records.source_system and staged.customer_code = records.source_key
    where records.entity = 'erp_customers' and records.is_survivor
),

parents as (
    select source_system, source_key, customer_key
    from {{ ref('int_customer_records') }}
    where entity = 'crm_accounts'
),

final as (
    select
        dates.customer_key,
        coalesce(accounts.account_name, customers.customer_name, dates.customer_key) as customer_name,
        coalesce(accounts.customer_type, case when context.profile = 'b2c' then 'B2C' else 'B2B' end) as customer_type,
        coalesce(
            accounts.account_type, case when dates.first_invoice_date is null then 'prospect' else 'customer' end
        ) as account_type,
        coalesce(accounts.industry, 'unknown') as industry,
        coalesce(accounts.region, customers.region, 'unknown') as region,
        coalesce(accounts.country, customers.country) as country,
        coalesce(accounts.city, customers.city) as city,
        coalesce(accounts.owner_id, 'unassigned') as owner_id,
        coalesce(owners.full_name, accounts.owner_id, 'unassigned') as owner_name,
        {{ channel_or_unknown('accounts.acquisition_channel') }} as acquisition_channel,
        nullif(parents.customer_key, dates.customer_key) as parent_customer_key,
        accounts.account_id as crm_account_id,
        customers.customer_code as erp_customer_code,
        customers.currency,
        cast(customers.credit_limit as decimal(18, 4)) as credit_limit,
        cast(customers.payment_terms_days as bigint) as payment_terms_days,
        coalesce(customers.is_blocked, false) as is_blocked,
        dates.known_since_date,
        dates.first_active_date,
        dates.first_order_date,
        dates.last_order_date,
        dates.first_invoice_date,
        dates.last_invoice_date,
        dates.is_active,
        accounts.account_id is null and customers.customer_code is null as is_deleted,
        coalesce(accounts.is_stale, false) or coalesce(customers.is_stale, false) as is_stale
    from {{ ref('int_customer_dates') }} as dates
    cross join context
    left join accounts on accounts.customer_key = dates.customer_key
    left join customers on customers.customer_key = dates.customer_key
    left join {{ ref('dim_employees') }} as owners on owners.employee_id = accounts.owner_id
    left join parents
        on parents.source_system = accounts.source_system and parents.source_key = accounts.parent_account_id
    union all
    -- facts without a customer: in every total and in no average of customers (rule R2)
    select
        'unassigned', '未归属 Unassigned', 'unassigned', 'unassigned', 'unassigned', 'unassigned', null, null, 'unassigned',
        'unassigned', 'unassigned', null, null, null, null, null, null, false, context.as_of_date, null, null, null, null,
        null, false, false, false
    from context
)

select * from final
