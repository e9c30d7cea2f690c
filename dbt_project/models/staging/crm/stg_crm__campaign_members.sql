{{ staging('crm_campaign_members') }}
