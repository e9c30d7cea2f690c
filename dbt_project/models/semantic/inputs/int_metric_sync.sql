{{ config(schema='marts') }}
{%- set pairs = {'name': ['account_name', 'customer_name'], 'tax_id': ['tax_id', 'tax_id'],
    'city': ['city', 'city'], 'region': ['region', 'region']} %}

with identities as (

    select customer_key, entity, source_system, source_key
    from {{ ref('customer_identity_map') }}
    where valid_to is null and customer_key <> 'unassigned'

),

accounts as (

    select identities.customer_key, records.*
    from {{ ref('stg_crm__accounts') }} as records
    inner join identities
        on identities.entity = 'crm_accounts' and identities.source_system = records.source_system
        and identities.source_key = records.account_id
    where records.merged_into_account_id is null

),

customers as (

    select identities.customer_key, records.*
    from {{ ref('stg_erp__customers') }} as records
    inner join identities
        on identities.entity = 'erp_customers' and identities.source_system = records.source_system
        and identities.source_key = records.customer_code
    where records.merged_into_customer_code is null

),

-- what one system does not say is incomplete and not out of step; every pair of records has to agree
final as (

    select
        accounts.customer_key,
        context.as_of_date,
        {%- for name, (crm_column, erp_column) in pairs.items() %}
        min({{ as_flag('coalesce(' ~ comparable('accounts.' ~ crm_column) ~ ' = ' ~ comparable('customers.' ~ erp_column) ~ ', true)') }})
            as is_equal_{{ name }},
        {%- endfor %}
        1 as is_matched
    from accounts
    inner join customers on accounts.customer_key = customers.customer_key
    cross join {{ ref('run_context') }} as context
    group by accounts.customer_key, context.as_of_date

)

select
    final.*,
    {% for name in pairs %}is_equal_{{ name }}{{ ' * ' if not loop.last }}{% endfor %} as is_in_step
from final
