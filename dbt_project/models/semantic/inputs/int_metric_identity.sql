{{ config(schema='marts') }}

with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

in_crm as (

    select distinct customer_key
    from {{ ref('customer_identity_map') }}
    where entity = 'crm_accounts' and valid_to is null

),

-- what a person has to decide is not matched yet
in_doubt as (

    select left_entity as entity, left_system as source_system, left_key as source_key
    from {{ ref('identity_review_queue') }} where status = 'open'
    union
    select right_entity, right_system, right_key
    from {{ ref('identity_review_queue') }} where status = 'open'

),

records as (

    select 'erp_customers' as entity, customers.source_system, customers.customer_code as source_key, identities.customer_key,
        coalesce({{ business_date('customers.created_at', 'context.time_zone') }}, context.as_of_date) as record_date,
        1 as record_count, 0 as amount
    from {{ ref('stg_erp__customers') }} as customers
    cross join context
    left join {{ ref('customer_identity_map') }} as identities
        on identities.entity = 'erp_customers' and identities.source_system = customers.source_system
        and identities.source_key = customers.customer_code and identities.valid_to is null
    union all
    select 'svc_tickets', source_system, ticket_id, customer_key, created_date, 1, 0
    from {{ ref('fct_tickets') }} where not is_merged
    -- money follows the customer that the invoice names
    union all
    select 'erp_customers', source_system, customer_code, customer_key, invoice_date, 0, abs(net_amount)
    from {{ ref('fct_invoices') }} where is_posted

),

final as (

    select
        records.entity,
        records.source_system,
        records.record_date,
        records.record_count,
        cast(coalesce(records.amount, 0) as decimal(18, 2)) as amount,
        {{ as_flag('in_crm.customer_key is not null and in_doubt.source_key is null') }} as is_matched,
        {{ as_flag('in_doubt.source_key is not null') }} as is_in_review,
        {{ as_flag('in_crm.customer_key is null and in_doubt.source_key is null') }} as is_without_account
    from records
    cross join context
    left join in_crm on records.customer_key = in_crm.customer_key
    left join in_doubt
        on records.entity = in_doubt.entity
        and records.source_system = in_doubt.source_system
        and records.source_key = in_doubt.source_key
    where records.record_date <= context.as_of_date

)

select entity, source_system, record_date,
    cast(sum(record_count) as bigint) as record_count,
    {%- for standing in ['matched', 'in_review', 'without_account'] %}
    cast(sum(record_count * is_{{ standing }}) as bigint) as {{ standing }}_count,
    cast(sum(case when is_{{ standing }} = 1 then amount else 0 end) as decimal(18, 2)) as {{ standing }}_amount,
    {%- endfor %}
    cast(sum(amount) as decimal(18, 2)) as amount
from final
group by entity, source_system, record_date
