{{ staging('crm_quotes') }}
