{{ staging('crm_marketing_costs') }}
