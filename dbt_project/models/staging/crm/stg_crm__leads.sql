{{ staging('crm_leads') }}
