{{ staging('crm_contracts') }}
