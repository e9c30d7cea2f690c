{{ owner_spells('crm_leads', 'lead_id') }}
