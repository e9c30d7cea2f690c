{{ staging('erp_budgets') }}
