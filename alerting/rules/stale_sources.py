"""A source system that brings nothing: its newest load failed, or is too long ago. One alert a system."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from alerting.candidate import Candidate, Item, Words
from alerting.formats import due_date
from alerting.routes import AlertRoutes
from warehouse.raw_manifest import LoadRecord

RULE = "stale_source"
LINK = "cmw sources check"


def find(loads: list[LoadRecord], routes: AlertRoutes, now: datetime, today: date) -> list[Candidate]:
    """``now`` is the company's load time, UTC; ``loads`` those of the change log."""
    newest: dict[str, dict[str, LoadRecord]] = defaultdict(dict)
    succeeded: dict[str, datetime] = {}
    for load in sorted(loads, key=lambda one: one.load_seq):
        newest[load.source_system][load.entity] = load
        if load.status != "failed":
            succeeded[load.source_system] = max(load.loaded_at, succeeded.get(load.source_system, load.loaded_at))
    found = []
    for system in sorted(newest):
        failed = [load for load in newest[system].values() if load.status == "failed"]
        last = succeeded.get(system)
        hours = int((now - last).total_seconds() // 3600) if last else None
        if failed:
            found.append(_failed(system, failed, last, routes, today))
        elif hours is not None and hours > routes.stale_after_hours:
            found.append(_silent(system, hours, routes, today))
    return found


def _failed(
    system: str, failed: list[LoadRecord], last: datetime | None, routes: AlertRoutes, today: date
) -> Candidate:
    since = f"{last:%Y-%m-%d %H:%M} UTC" if last else ""
    return Candidate(
        cause=f"{RULE}:{system}",
        rule=RULE,
        owner=routes.duties.stale_source,
        severity="critical",
        size=Decimal(len(failed)),
        title=Words(
            f"{system}: {len(failed)} entities could not be read",
            f"{system}:{len(failed)} 个实体未能读取",
        ),
        reason=Words(
            f"{failed[0].error or 'the load failed'}" + (f"; last good load {since}" if since else "; no load yet"),
            f"{failed[0].error or '加载失败'}" + (f";上次成功 {since}" if since else ";尚无成功加载"),
        ),
        next_step=_STEP,
        due=due_date("critical", today),
        link=LINK,
        items=tuple(Item(load.entity, Words(*[f"{load.entity}: {load.error}"] * 2)) for load in failed),
    )


def _silent(system: str, hours: int, routes: AlertRoutes, today: date) -> Candidate:
    return Candidate(
        cause=f"{RULE}:{system}",
        rule=RULE,
        owner=routes.duties.stale_source,
        severity="warning",
        size=Decimal(hours),
        title=Words(f"{system}: nothing read for {hours} hours", f"{system}:已 {hours} 小时未读取数据"),
        reason=Words(
            f"The limit is {routes.stale_after_hours} hours (stale_after_hours in alert_routes.yml)",
            f"限值为 {routes.stale_after_hours} 小时(alert_routes.yml 的 stale_after_hours)",
        ),
        next_step=_STEP,
        due=due_date("warning", today),
        link=LINK,
    )


_STEP = Words(
    "Run `cmw sources check`, which names the connection or column at fault, then `cmw run`",
    "运行 `cmw sources check`,它会指出有问题的连接或列,然后运行 `cmw run`",
)
