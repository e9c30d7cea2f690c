{#- Fields that the business needs filled, beyond the keys without which a row is held back: entity to
    staging model, event time, and the fields. -#}
{% macro completeness_fields() %}
    {{ return({
        'crm_accounts': ['stg_crm__accounts', 'created_at', ['account_name', 'customer_type', 'industry', 'region', 'city', 'phone', 'tax_id', 'owner_id', 'acquisition_channel']],
        'crm_contacts': ['stg_crm__contacts', 'created_at', ['account_id', 'phone', 'email']],
        'crm_leads': ['stg_crm__leads', 'created_at', ['channel', 'owner_id', 'company_name', 'status']],
        'crm_opportunities': ['stg_crm__opportunities', 'created_at', ['account_id', 'owner_id', 'amount', 'channel']],
        'erp_customers': ['stg_erp__customers', 'created_at', ['tax_id', 'region', 'city', 'currency', 'payment_terms_days']],
        'erp_orders': ['stg_erp__orders', 'order_date', ['customer_code', 'sales_rep_code']],
        'erp_invoices': ['stg_erp__invoices', 'invoice_date', ['customer_code', 'due_date']],
        'svc_tickets': ['stg_service__tickets', 'created_at', ['topic', 'channel', 'priority', 'assignee_id']],
    }) }}
{% endmacro %}

{#- Whether a field has to be filled in a record: a private person has no tax number. -#}
{% macro is_required(entity, field) -%}
{{ "coalesce(staged.customer_type, 'B2B') <> 'B2C'" if entity == 'crm_accounts' and field == 'tax_id' else 'true' }}
{%- endmacro %}

{#- True when a cell holds a value and no placeholder for one; quality/placeholders.py says what is one. -#}
{% macro is_filled(column) -%}
{%- if column.split('.')[1] in ['amount', 'payment_terms_days'] -%}
({{ column }} is not null)  {#- a 0 of a number is a value -#}
{%- else -%}
{%- set cell = 'cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')' -%}
({{ cell }} is not null and not {{ is_placeholder(cell) }}
    {%- if column.endswith('.phone') %} and not {{ is_made_up_phone(cell) }}{% endif %}
    {%- if column.endswith('.tax_id') %} and not {{ is_made_up_tax_id(cell) }}{% endif %})
{%- endif -%}
{%- endmacro %}
