"""Failed quality checks: one alert per owner and source system, and one for the warehouse, checks listed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from alerting.candidate import Candidate, Item, Words, worst
from alerting.formats import due_date
from alerting.rules.reading import has_table, rows

RULE = "failed_check"
# Of a source that is not read or brings nothing; its one alert is that of stale_sources.
_TOLD_OF_THE_SOURCE = {"loaded", "fresh"}

_NEWEST = """
with newest as (
    select
        *,
        row_number() over (
            partition by gate, table_name, coalesce(source_system, ''), check_name
            order by judged_at desc nulls last, run_id desc
        ) as place
    from quality.check_results
)

select *
from newest
where place = 1
"""

# A rule of gate 1 looks at what has landed. The next clean load passes it, while the rows that broke it wait on.
_WAITING = """
select entity, coalesce(source_system, '') as source_system, rule, list(distinct key order by key) as keys
from quality.quarantined_rows
group by all
"""

_HELD = """
select source_system, owner, sum(amount) as amount
from quality.quarantined_rows
where rule_number = 1 and amount is not null
group by source_system, owner
"""


def find(connection: duckdb.DuckDBPyConnection, today: date) -> list[Candidate] | None:
    """One candidate per place and owner whose newest results hold a failure; None without results."""
    if not has_table(connection, "quality", "check_results"):
        return None
    results = rows(connection, _NEWEST)
    held: dict[tuple[str, str], Decimal] = {}
    if has_table(connection, "quality", "quarantined_rows"):
        held = {(f"raw:{row['source_system']}", row["owner"]): row["amount"] for row in rows(connection, _HELD)}
        waiting = {
            (row["entity"], row["source_system"], row["rule"]): row["keys"] for row in rows(connection, _WAITING)
        }
        results = [_with_waiting(row, waiting) for row in results]
    return from_results(results, today, held)


def _with_waiting(row: dict[str, Any], waiting: Mapping[tuple[str, str, str], list[str]]) -> dict[str, Any]:
    """The result with the rows that it holds back from this and earlier loads, where they are more than this load's."""
    keys = waiting.get((row["table_name"], row["source_system"] or "", row["check_name"]), [])
    if row["gate"] != "raw" or len(keys) <= (row["failed_count"] or 0):
        return row
    observed = f"{len(keys)} held back until they are corrected"
    return {**row, "passed": False, "failed_count": len(keys), "failed_keys": keys, "observed": observed, "waits": True}


def from_results(
    results: Iterable[dict[str, Any]], today: date, held: Mapping[tuple[str, str], Decimal] | None = None
) -> list[Candidate]:
    """The same from results in the shape of quality.check_results; those that passed are left out.

    ``held`` is the money behind the rows that are held back, by place and owner, where it is known.
    """
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(results, key=_weight):
        if not row["passed"] and not (row["gate"] == "raw" and row["check_name"] in _TOLD_OF_THE_SOURCE):
            groups[_place(row), row["owner"]].append(row)
    return [
        _candidate(place, owner, failed, today, (held or {}).get((place, owner)))
        for (place, owner), failed in sorted(groups.items())
    ]


def _weight(row: dict[str, Any]) -> tuple[bool, int, str, str]:
    """Critical first, then by how much fails."""
    return row["severity"] != "critical", -(row["failed_count"] or 0), row["table_name"], row["check_name"]


def _place(row: dict[str, Any]) -> str:
    """Raw defects are mended in the source system, so that is the cause; the rest in the warehouse."""
    return f"raw:{row['source_system'] or 'all sources'}" if row["gate"] == "raw" else "warehouse"


def _candidate(place: str, owner: str, failed: list[dict[str, Any]], today: date, held: Decimal | None) -> Candidate:
    raw, where = place != "warehouse", place.removeprefix("raw:")
    severity = worst([row["severity"] for row in failed])
    critical = [row for row in failed if row["severity"] == "critical"]
    count = sum(row["failed_count"] or 0 for row in failed)
    first = failed[0]
    return Candidate(
        cause=f"{RULE}:{place}",
        rule=RULE,
        owner=owner,
        severity=severity,
        size=Decimal(count),
        title=Words(
            f"{where}: {_checks(len(failed))}, {len(critical) or 'none'} of them critical",
            f"{where if raw else '数据仓库'}:{len(failed)} 项质量检查未通过,其中严重 {len(critical)} 项",
        ),
        reason=Words(
            f"{first['table_name']}.{first['check_name']}: {first['reason']}. {first['observed'] or ''}".strip(),
            f"{first['table_name']}.{first['check_name']}:{first['reason_zh'] or first['reason']}。",
        ),
        next_step=Words(
            "Correct the rows in the source system; the next run takes them in by itself"
            if raw
            else "Find the cause before these figures are used; `cmw quality report` lists the keys",
            "请在源系统中改正这些行,下次运行会自动纳入"
            if raw
            else "使用这些数字前请先查明原因;`cmw quality report` 列出主键",
        ),
        due=due_date(severity, today),
        link="cmw quality report",
        items=tuple(_item(row) for row in failed),
        money=held,
    )


def _checks(count: int) -> str:
    return "1 quality check fails" if count == 1 else f"{count} quality checks fail"


def _item(row: dict[str, Any]) -> Item:
    keys = [str(key) for key in (row["failed_keys"] or [])][:5] if isinstance(row["failed_keys"], list) else []
    sample_en = f", such as {', '.join(keys)}" if keys else ""
    sample_zh = f",例如 {'、'.join(keys)}" if keys else ""
    name = f"{row['table_name']}.{row['check_name']}"
    level = {"critical": "严重", "warning": "预警"}.get(row["severity"], row["severity"])
    count = row["failed_count"] or 0
    key = f"{row['source_system'] or ''}:{name}"
    if row.get("waits"):
        english, chinese = f"{count} held back", f"拦截 {count} 行"
        return Item(
            key, Words(f"{name} ({row['severity']}): {english}{sample_en}", f"{name}({level}):{chinese}{sample_zh}")
        )
    return Item(
        key,
        Words(
            f"{name} ({row['severity']}): {count} of {row['checked_count'] or 0} fail{sample_en}",
            f"{name}({level}):{row['checked_count'] or 0} 中有 {count} 未通过{sample_zh}",
        ),
    )
