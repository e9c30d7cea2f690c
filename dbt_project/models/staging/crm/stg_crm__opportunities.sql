{{ staging('crm_opportunities') }}
