{{ staging('svc_time_entries') }}
