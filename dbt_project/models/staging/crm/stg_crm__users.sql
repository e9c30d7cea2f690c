{{ staging('crm_users') }}
