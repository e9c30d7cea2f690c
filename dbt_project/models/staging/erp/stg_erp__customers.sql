{{ staging('erp_customers') }}
