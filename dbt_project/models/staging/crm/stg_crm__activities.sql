{{ staging('crm_activities') }}
