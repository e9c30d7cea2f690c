{{ staging('crm_stages') }}
