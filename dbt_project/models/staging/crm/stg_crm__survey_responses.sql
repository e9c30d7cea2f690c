{{ staging('crm_survey_responses') }}
