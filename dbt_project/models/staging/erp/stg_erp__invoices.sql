{{ staging('erp_invoices') }}
