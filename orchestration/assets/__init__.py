"""The assets of a run, one module a step: raw, gate 1, dbt, identity, metrics, gate 2, publish, alerts."""
