"""Writes docs/metric_catalogue.md from the definitions: ``python -m metrics.page [--check] [manifest.json]``."""

import sys
from pathlib import Path

from metrics.availability import BY_PROFILE
from metrics.catalogue import Catalogue, load_catalogue
from metrics.catalogue_table import absences_text, limit_text, target_text
from metrics.definition import MetricDefinition
from metrics.governance import LooksBack
from warehouse.errors import CmwError
from warehouse.settings import PROJECT_ROOT, Settings

PAGE = PROJECT_ROOT / "docs" / "metric_catalogue.md"
MODULES = {
    "acquisition": "Acquisition 获客",
    "conversion": "Conversion 转化",
    "retention": "Retention 留存",
    "value": "Value 价值",
    "churn_warning": "Churn warning 流失预警",
    "finance": "Finance 财务",
    "lifecycle": "Lifecycle 生命周期",
    "service": "Service 服务",
    "governance": "Governance 治理",
}
INTRODUCTION = """# Metric catalogue 指标目录

Generated from `dbt_project/models/semantic/` with `python -m metrics.page`; change a definition there, not here.
Values with charts are in CMW_HOME/reports/metric_catalogue.html, which each run writes; as tables they, and what a
metric without values lacks, are in `metrics.metric_values` and `metrics.metric_catalogue` (`cmw metrics show NAME`).

Every metric is null with a reason, never zero, where it cannot be computed: `no_base` (nothing to divide by),
`small_base` (fewer than the minimum base), `immature` (its time window is not over), `missing_source` (no source
brings what it needs). Segments are those of the period, never today's. The whole lineage is in `cmw metrics show NAME`.
"""


def render(catalogue: Catalogue) -> str:
    """The whole page as Markdown."""
    metrics = catalogue.headline()
    lines = [INTRODUCTION, "| No. | Metric 指标 | Level | Owner | Unit | Grains |", "|---|---|---|---|---|---|"]
    for metric in metrics:
        governance = metric.governance
        lines.append(
            f"| {governance.number} | [{metric.label} {governance.label_zh}](#{metric.name}) | {governance.level}"
            f" | {governance.owner} | {governance.unit} | {', '.join(metric.grains)} |"
        )
    for module, title in MODULES.items():
        members = [metric for metric in metrics if metric.governance.module == module]
        if members:
            lines += ["", f"## {title}"]
            for metric in members:
                lines += _section(metric)
    lines += _supporting(catalogue)
    return "\n".join(lines) + "\n"


def _section(metric: MetricDefinition) -> list[str]:
    governance = metric.governance
    benchmark = governance.benchmark
    facts = [
        ("Formula", f"`{metric.formula}`"),
        ("Owner", governance.owner + (f", deputy {governance.deputy}" if governance.deputy else "")),
        ("Level, direction, unit", f"{governance.level}, {governance.direction}, {governance.unit}"),
        ("Adds up", governance.additivity),
        ("Periods", ", ".join(metric.grains)),
        ("By", ", ".join(metric.dimensions) or "total only"),
        ("Minimum base", _base(metric)),
        ("Matures after", f"{governance.matures_after_days} days" if governance.matures_after_days else ""),
        ("New customers", _new(governance.new_within_months)),
        ("Looks back", _looks_back(governance.looks_back)),
        ("Goes back", f"{governance.window_months} months" if governance.window_months else ""),
        ("Target", "; ".join(map(target_text, governance.targets))),
        ("Limits", "; ".join(map(limit_text, governance.limits))),
        ("Benchmark", f"{benchmark.value}: {benchmark.source}. Unknown: {benchmark.unknown}" if benchmark else ""),
        ("Has no", absences_text(governance).replace(" none: because", ", because")),
        ("Holds", ", ".join(governance.invariants)),
        ("Triggers", f"{governance.action} {governance.action_zh}"),
        ("Needs", ", ".join(map(_need, governance.required_inputs)).replace("|", " or ")),
        ("Made from", metric.lineage[0] if metric.lineage else ""),
        ("Defined in", f"`{metric.path}`, version {governance.version}"),
    ]
    return [
        "",
        f'### <a id="{metric.name}"></a>{governance.number}. {metric.label} {governance.label_zh}',
        f"`{metric.name}`",
        "",
        metric.description,
        "",
        governance.description_zh,
        "",
        "| | |",
        "|---|---|",
        *[f"| {name} | {_cell(text)} |" for name, text in facts if text],
    ]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _new(months: int | None) -> str:
    if months is None:
        return ""
    later = f", and {months} months" if months else ""
    return f"known from one activity window after the beginning of the record{later}"


def _looks_back(looks_back: LooksBack | None) -> str:
    if looks_back is None:
        return ""
    days = "one activity window" if looks_back.days is None else f"{looks_back.days} days"
    return f"{days} from the {looks_back.at} of the period; null as long as the record does not reach so far"


def _base(metric: MetricDefinition) -> str:
    if not metric.base:
        return ""
    own = metric.governance.minimum_base
    return f"{own if isinstance(own, int) else 'the company setting'} of {metric.base}"


def _need(need: str) -> str:
    by_profile = BY_PROFILE.get(need)
    return f"by profile: {'; '.join(f'{name} {what}' for name, what in by_profile.items())}" if by_profile else need


def _supporting(catalogue: Catalogue) -> list[str]:
    lines = [
        "",
        "## Numerators, denominators and bases 分子、分母与基数",
        "",
        "| Metric | Label 名称 | Formula | Unit |",
        "|---|---|---|---|",
    ]
    for metric in catalogue.metrics.values():
        if metric.governance.supporting:
            labels = f"{metric.label} {metric.governance.label_zh}"
            lines.append(f"| `{metric.name}` | {labels} | `{_cell(metric.formula)}` | {metric.governance.unit} |")
    return lines


def main(arguments: list[str]) -> int:
    """0 when the page is written, or with --check is current; 1 otherwise, with the reason."""
    paths = [Path(argument) for argument in arguments if not argument.startswith("-")]
    manifest = paths[0] if paths else Settings.from_environment().dbt_target / "manifest.json"
    try:
        page = render(load_catalogue(manifest))
    except CmwError as error:
        print(error, file=sys.stderr)
        return 1
    if "--check" not in arguments:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    print(f"{PAGE} is not current. Write it with `python -m metrics.page`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
