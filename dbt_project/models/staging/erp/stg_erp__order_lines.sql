{{ staging('erp_order_lines') }}
