"""The asset keys, and the owner, that more than one module names."""

import dagster as dg

VERDICTS = dg.AssetKey(["quality", "verdicts"])
IDENTITY = dg.AssetKey(["identity", "resolved"])
METRIC_VALUES = dg.AssetKey(["metrics", "metric_values"])
CHECK_RESULTS = dg.AssetKey(["quality", "check_results"])
ALERTS_DECIDED = dg.AssetKey(["alerts", "decided"])
ALERTS_DELIVERED = dg.AssetKey(["alerts", "delivered"])
PUBLISHED = dg.AssetKey(["published", "current"])
# Who answers for the steps themselves; tables have owners of their own.
PLATFORM = ["team:data-platform"]


def raw_key(entity: str) -> dg.AssetKey:
    """The asset of one entity's change log."""
    return dg.AssetKey(["raw", entity])


def table_key(table: str) -> dg.AssetKey:
    """The asset of a warehouse table named schema.table."""
    return dg.AssetKey(table.split(".", 1))
