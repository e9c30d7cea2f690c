"""A metric beyond its warning or critical limit, in its newest finished period: one alert a metric."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from alerting.candidate import Candidate, Item, Words, worst
from alerting.formats import due_date
from alerting.rules.reading import has_table, rows
from warehouse.formats import figure, period

RULE = "metric_limit"
_DIMENSIONS = {
    "channel": "渠道", "region": "区域", "owner": "负责人", "tier": "层级", "customer_type": "客户类型", "team": "团队",
    "stage": "阶段", "topic": "主题", "product_line": "产品线",
}  # fmt: skip

# A period counts when its last day is over, or is the day of the run; a balance counts at any time.
_BREACHES = """
with ends as (
    select
        v.*,
        case v.period_grain
            when 'day' then v.period_start + 1
            when 'week' then v.period_start + 7
            when 'month' then (v.period_start + interval 1 month)::date
            when 'quarter' then (v.period_start + interval 3 month)::date
            else (v.period_start + interval 1 year)::date
        end as period_end,
        c.label_en, c.label_zh, c.owner, c.direction, c.additivity, c.action_en, c.action_zh, c.limits
    from metrics.metric_values as v
    inner join metrics.metric_catalogue as c on v.metric_name = c.metric_name
    where v.variant = 'default' and v.period_start <= v.as_of
),

-- The shortest grain with a limit speaks at any time; a longer one only while its period is fresh, else a bad year
-- would be told all through the next.
finest as (
    select metric_name, min(period_end - period_start) as days
    from ends
    where limit_status <> 'none'
    group by metric_name
),

finished as (
    select
        *,
        max(period_start) over (partition by metric_name, period_grain) as newest
    from ends
    where period_end <= as_of + 1 or additivity = 'semi_additive'
)

select finished.*
from finished
inner join finest on finished.metric_name = finest.metric_name
where
    period_start = newest and limit_status in ('warning', 'critical')
    and (period_end - period_start <= finest.days + 3 or period_end > as_of - 31)
order by
    finished.metric_name,
    limit_status,
    dimension_name <> 'total',
    array_position(['day', 'week', 'month', 'quarter', 'year'], period_grain) desc,
    dimension_name,
    dimension_value
"""


def find(connection: duckdb.DuckDBPyConnection, today: date) -> list[Candidate] | None:
    """One candidate per metric that is beyond a limit in total or in a member; None without metrics."""
    if not (has_table(connection, "metrics", "metric_values") and has_table(connection, "metrics", "metric_catalogue")):
        return None
    by_metric: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(connection, _BREACHES):
        by_metric[row["metric_name"]].append(row)
    return [_candidate(name, found, today) for name, found in by_metric.items()]


def _candidate(name: str, found: list[dict[str, Any]], today: date) -> Candidate:
    head = found[0]
    severity = worst([row["limit_status"] for row in found])
    items = tuple(_item(row) for row in found)
    what = Words(head["label_en"], head["label_zh"] or head["label_en"])
    return Candidate(
        cause=f"{RULE}:{name}",
        rule=RULE,
        owner=head["owner"],
        severity=severity,
        # The total where it is beyond the limit too: members come and go with each period.
        size=_size(next((row for row in found if row["dimension_name"] == "total"), head)),
        title=Words(f"{what.en}: {items[0].text.en}", f"{what.zh}:{items[0].text.zh}"),
        reason=Words(
            f"Beyond its limit ({head['limits']}). {_history(head, 'en')}",
            f"超出限值({head['limits']})。{_history(head, 'zh')}",
        ),
        next_step=Words(
            head["action_en"] or f"Find out why, beginning with the members below: `cmw metrics values {name}`",
            head["action_zh"] or f"查明原因,先看下列成员:`cmw metrics values {name}`",
        ),
        due=due_date(severity, today),
        link=f"cmw metrics values {name}",
        items=items,
        money=head["value"].quantize(Decimal("0.01")) if name == "revenue_at_risk" else None,
    )


def _size(row: dict[str, Any]) -> Decimal:
    """Grows when the metric gets worse, whichever way that is."""
    if row["direction"] == "higher_better":
        return -row["value"]
    if row["direction"] == "in_band" and row["target_value"] is not None:
        return abs(row["value"] - row["target_value"])
    return row["value"]


def _item(row: dict[str, Any]) -> Item:
    english, chinese = (figure(row["value"], row["unit"], row["currency"], language) for language in ("en", "zh"))
    when = period(row["period_grain"], row["period_start"])
    is_total = row["dimension_name"] == "total"
    name, member = row["dimension_name"], row["dimension_value"]
    prefix_en = "" if is_total else f"{name.replace('_', ' ')} {member} "
    prefix_zh = "" if is_total else f"{_DIMENSIONS.get(name, name)} {member} "
    status = {"warning": "预警", "critical": "严重"}[row["limit_status"]]
    key = f"{row['period_grain']}:{row['dimension_name']}:{row['dimension_value']}"
    return Item(
        key, Words(f"{prefix_en}{english} in {when} ({row['limit_status']})", f"{prefix_zh}{when} {chinese}({status})")
    )


def _history(row: dict[str, Any], language: str) -> str:
    values = [
        ("target", "目标", row["target_value"]),
        ("period before", "上期", row["previous_value"]),
        ("a year earlier", "去年同期", row["same_period_last_year_value"]),
    ]
    known = [
        f"{zh if language == 'zh' else en} {figure(value, row['unit'], row['currency'], language)}"
        for en, zh, value in values
        if value is not None
    ]
    if not known:
        return ""
    return (",".join(known) + "。") if language == "zh" else (", ".join(known).capitalize() + ".")
