{#- Each known customer on each observed day from the first on which he is known. -#}
{% macro observed_customers() -%}
select
    customers.customer_key,
    customers.first_active_date,
    months.month_start,
    months.state_date,
    months.is_current,
    -- whose history begins before the record is complete may have been a customer for years
    coalesce(starts.is_proven_new, false) as is_proven_new
from {{ ref('dim_customers') }} as customers
inner join {{ ref('int_lifecycle_months') }} as months on months.state_date >= customers.known_since_date
left join {{ ref('int_customer_starts') }} as starts on starts.customer_key = customers.customer_key
where customers.customer_key <> 'unassigned'
{%- endmacro %}

{#- Days from his first active one in which a customer is new: state, cell and RFM segment mean the same (0018). -#}
{% macro new_customer_days() %}90{% endmacro %}
