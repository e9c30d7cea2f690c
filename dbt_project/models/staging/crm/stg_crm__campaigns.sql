{{ staging('crm_campaigns') }}
