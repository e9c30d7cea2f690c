{{ staging('erp_payments') }}
