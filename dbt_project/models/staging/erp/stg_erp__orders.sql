{{ staging('erp_orders') }}
