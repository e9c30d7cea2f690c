{{ staging('erp_invoice_lines') }}
