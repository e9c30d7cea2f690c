"""A source system that brings nothing: it could not be read, was not read, or has nothing new. One alert a system."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from alerting.candidate import Candidate, Item, Words
from alerting.formats import due_date
from alerting.routes import AlertRoutes
from warehouse.company import Company
from warehouse.freshness import Promise, Silence, find_silence
from warehouse.raw_manifest import LoadRecord

RULE = "stale_source"
LINK = "cmw sources check"


def find(
    loads: list[LoadRecord],
    promises: Mapping[str, Promise],
    routes: AlertRoutes,
    company: Company,
    now: datetime,
    today: date,
) -> list[Candidate]:
    """``now`` is the company's load time, UTC; ``loads`` those of the change log; ``promises`` by source system."""
    of_system: dict[str, list[LoadRecord]] = defaultdict(list)
    for load in sorted(loads, key=lambda one: one.load_seq):
        of_system[load.source_system].append(load)
    found = []
    for system, promise in sorted(promises.items()):
        owner = promise.owner if promise.owner in routes.owners else routes.duties.stale_source
        newest = {load.entity: load for load in of_system[system]}
        failed = [load for load in newest.values() if load.status == "failed"]
        silence = find_silence(of_system[system], promise.expected_every, now, company)
        if failed:
            found.append(_failed(system, failed, _last(of_system[system]), owner, promise, today))
        elif silence:
            found.append(_silent(system, silence, owner, promise, today))
    return found


def _last(loads: list[LoadRecord]) -> datetime | None:
    return max((load.loaded_at for load in loads if load.status != "failed"), default=None)


def _failed(
    system: str, failed: list[LoadRecord], last: datetime | None, owner: str, promise: Promise, today: date
) -> Candidate:
    since = f"{last:%Y-%m-%d %H:%M} UTC" if last else ""
    return Candidate(
        cause=f"{RULE}:{system}",
        rule=RULE,
        owner=owner,
        severity="critical",
        size=Decimal(len(failed)),
        title=Words(
            f"{system}: {len(failed)} {'entity' if len(failed) == 1 else 'entities'} could not be read",
            f"{system}:{len(failed)} 个实体未能读取",
        ),
        reason=Words(
            f"{failed[0].error or 'the load failed'}" + (f"; last good load {since}" if since else "; no load yet"),
            f"{failed[0].error or '加载失败'}" + (f";上次成功 {since}" if since else ";尚无成功加载"),
        ),
        next_step=_step(promise),
        due=due_date("critical", today),
        link=LINK,
        items=tuple(Item(load.entity, Words(*[f"{load.entity}: {load.error}"] * 2)) for load in failed),
    )


def _silent(system: str, silence: Silence, owner: str, promise: Promise, today: date) -> Candidate:
    hours, every = _hours(silence.length), _hours(promise.expected_every)
    since = f"{silence.since:%Y-%m-%d %H:%M} UTC"
    if silence.kind == "unread":
        title = Words(f"{system}: nothing read for {hours} hours", f"{system}:已 {hours} 小时未读取数据")
        step = Words(
            "See whether the schedule runs (`cmw status`), then `cmw run`",
            "查看调度是否运行(`cmw status`),然后运行 `cmw run`",
        )
    else:
        title = Words(
            f"{system}: read, but nothing new for {hours} hours, days off not counted",
            f"{system}:能读取,但已 {hours} 小时(不计休息日)没有新数据",
        )
        step = Words(
            "Ask whether what we read is still fed: a copy that froze looks like this",
            "请确认所读的库或文件仍在更新:停止同步的副本就是这种表现",
        )
    return Candidate(
        cause=f"{RULE}:{system}",
        rule=RULE,
        owner=owner,
        severity="warning",
        size=Decimal(hours),
        title=title,
        reason=Words(
            f"Since {since}; its source file promises something new every {every} hours",
            f"自 {since} 起;源文件约定每 {every} 小时有新数据",
        ),
        next_step=_with_contact(step, promise),
        due=due_date("warning", today),
        link=LINK,
    )


def _hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)


def _step(promise: Promise) -> Words:
    step = Words(
        "Run `cmw sources check`, which names the connection or column at fault, then `cmw run`",
        "运行 `cmw sources check`,它会指出有问题的连接或列,然后运行 `cmw run`",
    )
    return _with_contact(step, promise)


def _with_contact(step: Words, promise: Promise) -> Words:
    """Names who answers for the source, as its file says."""
    if not promise.owner:
        return step
    return Words(f"{step.en}. Who answers for it: {promise.owner}", f"{step.zh}。数据源负责人:{promise.owner}")
