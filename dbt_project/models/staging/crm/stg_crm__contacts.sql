{{ staging('crm_contacts') }}
