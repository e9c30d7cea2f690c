{#- Fields that the business needs filled, beyond the keys without which a row is held back: entity to
    staging model, event time, and the fields. -#}
{% macro completeness_fields() %}
    {{ return({
        'crm_accounts': ['stg_crm__accounts', 'created_at', ['customer_type', 'industry', 'region', 'city', 'phone', 'owner_id', 'acquisition_channel']],
        'crm_leads': ['stg_crm__leads', 'created_at', ['channel', 'owner_id', 'company_name', 'status']],
        'crm_opportunities': ['stg_crm__opportunities', 'created_at', ['account_id', 'owner_id', 'amount', 'channel']],
        'erp_customers': ['stg_erp__customers', 'created_at', ['tax_id', 'region', 'city', 'currency', 'payment_terms_days']],
        'erp_orders': ['stg_erp__orders', 'order_date', ['customer_code', 'sales_rep_code']],
        'erp_invoices': ['stg_erp__invoices', 'invoice_date', ['customer_code', 'due_date']],
        'svc_tickets': ['stg_service__tickets', 'created_at', ['topic', 'channel', 'priority', 'assignee_id']],
    }) }}
{% endmacro %}

{#- True when a cell holds a value and no placeholder for one. -#}
{% macro is_filled(column) -%}
lower(trim(coalesce(cast({{ column }} as {{ dbt.type_string() }}), ''))) not in (
    '', '-', '--', '.', 'n/a', 'na', 'none', 'null', 'nil', 'test', 'tbd', 'unknown', 'xxx', '未知', '无', '暂无', '待定', '不详', '测试'
)
{%- endmacro %}
