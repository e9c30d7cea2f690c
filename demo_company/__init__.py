"""A simulated company: CRM, ERP and service-desk databases, and the truth about them.

Imports nothing of the warehouse, so that the pipeline can be held against it. See README.md.
"""
