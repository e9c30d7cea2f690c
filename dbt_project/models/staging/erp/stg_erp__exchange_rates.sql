{{ staging('erp_exchange_rates') }}
