{{ staging('crm_accounts') }}
