"""One metric on the catalogue page: what it is now, how it went, what it means, who answers for it."""

from html import escape
from typing import Any

from metrics.chart import Point, svg
from metrics.page_words import REASONS, STATUSES, WORDS
from warehouse.formats import figure, period


def worst_status(current: list[dict[str, Any]]) -> str:
    """The worst of a metric's newest figures: a limit may hold by quarter alone."""
    found = {row["limit_status"] for row in current}
    return next((status for status in ("critical", "warning", "ok") if status in found), "none")


def card(
    metric: dict[str, Any], current: list[dict[str, Any]], points: list[Point], variants: list[str], language: str
) -> str:
    """``metric`` is a row of metrics.show.list_metrics, ``current`` its newest figure by each grain."""
    name = metric["metric_name"]
    target = metric["target_value"]
    chart = svg(points, None if target is None else float(target), f"{metric['label_en']} {metric['label_zh']}")
    deputy = f", {WORDS['deputy']} {metric['deputy']}" if metric["deputy"] else ""
    return (
        f'<article id="{name}" data-level="{metric["level"]}" data-owner="{escape(metric["owner"])}"'
        f' data-status="{worst_status(current)}">'
        f'<h3>{escape(metric["number"])}. {escape(metric["label_en"])} <span lang="zh">{escape(metric["label_zh"])}'
        f'</span></h3><p class="soft"><code>{name}</code> · {metric["level"]}</p>'
        f"{_value(metric, language)}{chart}"
        + _list(
            [
                *_compared(metric, language),
                *_by_grain(metric, current, language),
                (WORDS["owner"], metric["owner"] + deputy),
                (WORDS["triggers"], f"{metric['action_en']} {metric['action_zh']}"),
            ]
        )
        + f"<details><summary>{escape(WORDS['more'])}</summary>"
        f'<p>{escape(metric["description_en"])}</p><p lang="zh">{escape(metric["description_zh"])}</p>'
        + _list(_defined(metric, variants))
        + "</details></article>"
    )


def _value(metric: dict[str, Any], language: str) -> str:
    if metric["value"] is None:
        why = REASONS.get(metric["null_reason"] or "", "")
        if metric["missing_input"]:
            why = f"{WORDS['missing']}: {metric['missing_input']}"
        said = escape(f"{WORDS['not_available']}: {why}")
        return f'<p class="value soft">– <small>{said}</small></p>'
    text = figure(metric["value"], metric["unit"], metric["currency"], language)
    status = metric["limit_status"]
    said = "" if status == "none" else f" · {STATUSES[status]}"
    of = period(metric["period_grain"], metric["period_start"])
    return f'<p class="value {status}">{escape(text)} <small>{of}{escape(said)}</small></p>'


def _compared(metric: dict[str, Any], language: str) -> list[tuple[str, str]]:
    return [
        (WORDS[word], figure(metric[key], metric["unit"], metric["currency"], language))
        for word, key in (
            ("before", "previous_value"),
            ("last_year", "same_period_last_year_value"),
            ("target", "target_value"),
        )
        if metric[key] is not None
    ]


def _by_grain(metric: dict[str, Any], current: list[dict[str, Any]], language: str) -> list[tuple[str, str]]:
    """The figures of the other grains, each beside its target and limit."""
    found = []
    for row in current:
        if row["period_grain"] == metric["period_grain"] or row["value"] is None:
            continue
        parts = [figure(row["value"], row["unit"], row["currency"], language)]
        if row["target_value"] is not None:
            target = figure(row["target_value"], row["unit"], row["currency"], language)
            parts.append(f"{WORDS['target']} {target}")
        if row["limit_status"] != "none":
            parts.append(STATUSES[row["limit_status"]])
        found.append((period(row["period_grain"], row["period_start"]), " · ".join(parts)))
    return found


def _defined(metric: dict[str, Any], variants: list[str]) -> list[tuple[str, str | None]]:
    benchmark = None
    if metric["benchmark_source"]:
        value = f"{metric['benchmark_value'].normalize():f}"
        benchmark = f"{value}: {metric['benchmark_source']}; {WORDS['unknown']}: {metric['benchmark_unknown']}"
    base = f"{metric['minimum_base']} {metric['base_metric']}" if metric["base_metric"] else None
    return [
        (WORDS["formula"], metric["formula"]),
        (WORDS["target"], metric["targets"]),
        (WORDS["limits"], metric["limits"]),
        (WORDS["benchmark"], benchmark),
        (WORDS["minimum_base"], base),
        (WORDS["absences"], (metric["absences"] or "").replace(" none: because", ", because")),
        (WORDS["adds_up"], metric["additivity"]),
        (WORDS["grains"], metric["grains"]),
        (WORDS["dimensions"], metric["dimensions"]),
        (WORDS["variants"], ", ".join(variants)),
        (WORDS["invariants"], metric["invariants"]),
        (WORDS["lineage"], metric["lineage"]),
        (WORDS["defined_in"], f"{metric['definition_path']}, {WORDS['version']} {metric['definition_version']}"),
    ]


def _list(facts: list[tuple[str, str | None]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts if text) + "</dl>"
