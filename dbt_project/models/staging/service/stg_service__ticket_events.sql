{{ staging('svc_ticket_events') }}
