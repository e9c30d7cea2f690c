"""How a sensor tells people: decide for one company, then deliver at once."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from alerting.alert import Alert
from alerting.deliver import deliver
from orchestration import environment
from warehouse.company import Company, load_company
from warehouse.operational_store import open_store
from warehouse.settings import Settings


def tell(decide: Callable[[sa.Engine, Settings, Company], list[Alert]], run_id: str) -> dict[str, Any]:
    """Counts of alerts that stand and messages that were sent."""
    settings = environment.prepare()
    company = load_company(settings)
    store = open_store(settings)
    alerts = decide(store, settings, company)
    sent = deliver(store, settings, company, run_id)
    return {"alerts": len(alerts), "sent": sum(one.status == "sent" for one in sent)}
