"""When the same cause is worth a new message, or a closed alert a new life."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from alerting.candidate import SEVERITIES
from alerting.routes import AlertRoutes
from alerting.rules.metric_limits import RULE as METRIC_LIMIT

# Rules whose items are people's work: a new one is news. The members of a metric come and go with each period.
_NEW_ITEM_IS_NEWS = {"churn_warning", "failed_check", "stale_source"}

# Their size is money or a number of rows whatever the severity: that one customer is better hides no ten others.
_SIZES_OUTLIVE_SEVERITY = {"churn_warning", "failed_check"}


def is_worse(rule: str, before: tuple[str, Decimal, str], now: tuple[str, Decimal, str], routes: AlertRoutes) -> bool:
    """Each side is (severity, size, item keys as JSON). Worse: more severe, clearly greater, or new items."""
    (severity_before, size_before, keys_before), (severity, size, keys) = before, now
    rank, rank_before = SEVERITIES.index(severity), SEVERITIES.index(severity_before)
    if rank > rank_before:
        return True
    if rank < rank_before and rule not in _SIZES_OUTLIVE_SEVERITY:
        return False
    if rule == METRIC_LIMIT and _is_of_the_total(keys) != _is_of_the_total(keys_before):
        return _is_of_the_total(keys)  # a member's size says nothing beside that of the whole
    if size > size_before + abs(size_before) * Decimal(str(routes.worse_by)):
        return True
    return rule in _NEW_ITEM_IS_NEWS and bool(set(json.loads(keys)) - set(json.loads(keys_before)))


def _is_of_the_total(keys: str) -> bool:
    """Whether the figure of the whole is among a metric's items (grain:dimension:member)."""
    return any(key.endswith(":total:total") for key in json.loads(keys))


def message_due(row: Mapping[str, Any], keys: str, moment: datetime, routes: AlertRoutes) -> str | None:
    """'new', 'worse', 'reminder', or None while there is nothing to say. ``row`` is a row of alerts."""
    if row["notified_at"] is None:
        return "new"
    before = (row["notified_severity"], row["notified_size"], row["notified_items"] or "[]")
    if is_worse(row["rule"], before, (row["severity"], row["size"], keys), routes):
        return "worse"
    is_quiet = moment - row["notified_at"] < timedelta(hours=routes.quiet_hours)
    return None if is_quiet or row["state"] != "open" else "reminder"
