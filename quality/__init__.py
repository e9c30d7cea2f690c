"""WHETHER to trust it: rules, the two gates, quarantine, reconciliation."""
