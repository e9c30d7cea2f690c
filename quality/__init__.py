"""WHETHER to trust it: rules as YAML, the two gates, verdicts, quarantine, reconciliation, scorecard.

Rules live in rules/raw (one file per contract entity) and rules/marts. A rule is added by one YAML
block; the tests ask for a bad row that makes it fire.
"""
