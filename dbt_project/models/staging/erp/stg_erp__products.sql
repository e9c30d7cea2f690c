{{ staging('erp_products') }}
