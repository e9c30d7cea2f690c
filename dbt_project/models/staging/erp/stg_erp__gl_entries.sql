{{ staging('erp_gl_entries') }}
