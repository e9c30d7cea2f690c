{{ staging('erp_receivable_adjustments') }}
