{{ staging('svc_agents') }}
