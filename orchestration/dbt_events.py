"""dbt's events, without those that nobody listens to.

dbt 1.11 turns each event into a message and each message into a line before it asks whether anybody wants lines of that
level. Most events are debug lines that no log keeps: a sixth of the time of a build of many small tables
(docs/decisions/0023-what-a-run-costs.md).
"""

from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager


class ListenedEvents(EventManager):
    """Hands on what some log keeps; every level but debug in any case, as those can be warnings made errors."""

    def fire_event(self, e: BaseEvent, level: EventLevel | None = None, *others: Any, **more: Any) -> None:
        is_kept = any(log.level is EventLevel.DEBUG for log in self.loggers)
        if is_kept or (level or e.level_tag()) is not EventLevel.DEBUG:
            super().fire_event(e, level, *others, **more)


def listen() -> None:
    """Call it before dbt sets up its logs."""
    ctx_set_event_manager(ListenedEvents())
