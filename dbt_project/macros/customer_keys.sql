{#- How a fact finds its customer. In the from clause:

        from orders
        {{ customer_key_joins('orders', erp_customers='customer_code', crm_accounts='account_id') }}

    and in the select list, in order of preference, 'unassigned' where none fits:

        {{ customer_key_of('erp_customers', 'crm_accounts') }} as customer_key

    The left side needs source_system and the named columns. References allowed: crm_accounts, crm_contacts,
    crm_leads, erp_customers, svc_tickets (a ticket's requester, by ticket_id). -#}

{% macro customer_key_joins(relation) -%}
    {%- for entity, column in kwargs.items() %}
left join {{ ref('int_customer_keys') }} as key_of_{{ entity }}
    on key_of_{{ entity }}.entity = '{{ entity }}'
    and key_of_{{ entity }}.referring_system = {{ relation }}.source_system
    and key_of_{{ entity }}.source_key = {{ relation }}.{{ column }}
    {%- endfor %}
{%- endmacro %}

{% macro customer_key_of() -%}
coalesce({% for entity in varargs %}key_of_{{ entity }}.customer_key, {% endfor %}'unassigned')
{%- endmacro %}
