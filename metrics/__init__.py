"""HOW MUCH: governed definitions, compiled by MetricFlow into metric_values."""
