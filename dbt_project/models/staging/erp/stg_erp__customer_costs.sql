{{ staging('erp_customer_costs') }}
