"""When the same cause is worth a new message, or a closed alert a new life."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from alerting.candidate import SEVERITIES
from alerting.routes import AlertRoutes

# Rules whose items are people's work: a new one is news. The members of a metric come and go with each period.
_NEW_ITEM_IS_NEWS = {"churn_warning", "failed_check", "stale_source"}


def is_worse(rule: str, before: tuple[str, Decimal, str], now: tuple[str, Decimal, str], routes: AlertRoutes) -> bool:
    """Each side is (severity, size, item keys as JSON). Worse: more severe, clearly greater, or new items."""
    (severity_before, size_before, keys_before), (severity, size, keys) = before, now
    if SEVERITIES.index(severity) != SEVERITIES.index(severity_before):
        return SEVERITIES.index(severity) > SEVERITIES.index(severity_before)
    if size > size_before + abs(size_before) * Decimal(str(routes.worse_by)):
        return True
    return rule in _NEW_ITEM_IS_NEWS and bool(set(json.loads(keys)) - set(json.loads(keys_before)))


def message_due(row: Mapping[str, Any], keys: str, moment: datetime, routes: AlertRoutes) -> str | None:
    """'new', 'worse', 'reminder', or None while there is nothing to say. ``row`` is a row of alerts."""
    if row["notified_at"] is None:
        return "new"
    before = (row["notified_severity"], row["notified_size"], row["notified_items"] or "[]")
    if is_worse(row["rule"], before, (row["severity"], row["size"], keys), routes):
        return "worse"
    is_quiet = moment - row["notified_at"] < timedelta(hours=routes.quiet_hours)
    return None if is_quiet or row["state"] != "open" else "reminder"
