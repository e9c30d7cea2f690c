{{ staging('svc_tickets') }}
