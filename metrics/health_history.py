"""Keeps the week's health scores as they stood, so that a past week can be shown as it was seen."""

import json
from datetime import datetime

import duckdb
import sqlalchemy as sa

from warehouse.company import Company
from warehouse.operational_store import writing
from warehouse.tables_health import health_history

_SCORES = """
select customer_key, snapshot_date, health_score, component_count
from marts.customer_health
where is_weekly
order by snapshot_date, customer_key
"""


def keep_health(
    connection: duckdb.DuckDBPyConnection, store: sa.Engine, company: Company, *, moment: datetime, run_id: str
) -> int:
    """Adds the snapshots that are not kept yet; what is kept is never changed. Returns the rows added."""
    weights = json.dumps({name: str(weight) for name, weight in company.health.model_dump().items()})
    with writing(store) as keeping:
        known = set(keeping.execute(sa.select(health_history.c.snapshot_date).distinct()).scalars())
        rows = [
            {
                "customer_key": key,
                "snapshot_date": day,
                "health_score": score,
                "component_count": components,
                "weights": weights,
                "recorded_at": moment,
                "run_id": run_id,
            }
            for key, day, score, components in connection.execute(_SCORES).fetchall()
            if day not in known
        ]
        if rows:
            keeping.execute(sa.insert(health_history), rows)
    return len(rows)
