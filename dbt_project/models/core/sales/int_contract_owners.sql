{{ owner_spells('crm_contracts', 'contract_id') }}
