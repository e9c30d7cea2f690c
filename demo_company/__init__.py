"""A simulated company: its CRM, ERP and service-desk databases, and the truth about them."""
