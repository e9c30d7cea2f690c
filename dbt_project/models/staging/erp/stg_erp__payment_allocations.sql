{{ staging('erp_payment_allocations') }}
