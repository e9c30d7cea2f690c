{{ staging('crm_sales_targets') }}
