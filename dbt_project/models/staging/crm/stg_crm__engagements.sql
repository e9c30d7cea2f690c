{{ staging('crm_engagements') }}
