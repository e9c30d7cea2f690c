"""The catalogue as a page: definition, lineage, current value, chart and who answers, out of what is published.

Everything is in one file, so that it can be mailed and opened without a network.
"""

from collections import Counter, defaultdict
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import duckdb

from metrics.card import card, worst_status
from metrics.current import CURRENT, GRAIN_ORDER
from metrics.history import histories
from metrics.page_words import MODULES, STATUSES, WORDS
from metrics.show import list_metrics
from warehouse.company import Company
from warehouse.durable_files import write_atomically
from warehouse.errors import CmwError
from warehouse.published import open_published
from warehouse.settings import Settings

TEMPLATE = Path(__file__).parent / "templates" / "catalogue.html"


def page_path(settings: Settings) -> Path:
    return settings.home / "reports" / "metric_catalogue.html"


def write(settings: Settings, company: Company) -> Path | None:
    """Writes the page of the current version; None where no metrics have been published yet."""
    with open_published(settings) as connection:
        try:
            page = render(connection, company)
        except CmwError:
            # a first run that gate 2 refused publishes no metrics
            return None
    write_atomically(page_path(settings), page)
    return page_path(settings)


def render(connection: duckdb.DuckDBPyConnection, company: Company) -> str:
    """The whole page. Raises CmwError when there are no metrics."""
    language = company.language
    metrics = list_metrics(connection, supporting=True)
    points, current = histories(connection, language), _current(connection)
    variants: dict[str, list[str]] = {}
    for metric in metrics:
        if metric["variant_of"]:
            variants.setdefault(metric["variant_of"], []).append(metric["variant"])
    headline = [metric for metric in metrics if not metric["is_supporting"]]
    sections = [
        f'<section id="{module}"><h2>{escape(title)}</h2><div class="cards">'
        + "\n".join(
            card(
                one,
                current[one["metric_name"]],
                points.get(one["metric_name"], []),
                variants.get(one["metric_name"], []),
                language,
            )
            for one in members
        )
        + "</div></section>"
        for module, title in MODULES.items()
        if (members := [metric for metric in headline if metric["module"] == module])
    ]
    as_of, run_id = connection.execute("select max(as_of), max(run_id) from metrics.metric_values").fetchone()
    statuses = Counter(worst_status(current[metric["metric_name"]]) for metric in headline)
    name = company.name_zh if language == "zh" and company.name_zh else company.name
    facts = [name, f"{WORDS['as_of']} {as_of}", f"{len(headline)} metrics 指标"]
    facts += [f"{statuses[name]} {words}" for name, words in STATUSES.items() if statuses[name]]
    facts.append(f"run 运行 {run_id}")
    words = {name: escape(WORDS[name]) for name in ("title", "find", "level", "owner", "status")}
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        words,
        language=language,
        facts=escape(" · ".join(facts)),
        levels=_options(headline, "level"),
        owners=_options(headline, "owner"),
        statuses="".join(f'<option value="{name}">{escape(words)}</option>' for name, words in STATUSES.items()),
        sections="\n".join(sections),
    )


def _current(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """Metric to its newest figure by each grain, without those that are older than a year."""
    result = connection.execute(
        f"select * from ({CURRENT}) where period_start >= as_of - interval 13 months"
        f" order by list_position({GRAIN_ORDER}, period_grain)"
    )
    names = [column[0] for column in result.description]
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for values in result.fetchall():
        row = dict(zip(names, values, strict=True))
        found[row["metric_name"]].append(row)
    return found


def _options(metrics: list[dict[str, Any]], key: str) -> str:
    return "".join(f"<option>{escape(value)}</option>" for value in sorted({metric[key] for metric in metrics}))
