{{ staging('crm_opportunity_stage_history') }}
