"""What a person asks about a metric: what it is, what it is made of, how much it is, who answers for it.

Reads schema metrics of the working file or a published one; needs neither dbt nor MetricFlow.
"""

from typing import Any

import duckdb

from metrics.current import CURRENT, GRAIN_ORDER, NEWEST
from metrics.definition import FISCAL, TO_DATE
from warehouse.errors import CmwError


def list_metrics(
    connection: duckdb.DuckDBPyConnection,
    *,
    supporting: bool = False,
    level: str = "",
    module: str = "",
    owner: str = "",
) -> list[dict[str, Any]]:
    """Catalogue rows in the catalogue's order, each with its newest total: value, period, target, limit_status.

    Raises CmwError for a level, module or owner that no metric has.
    """
    _require(connection)
    for key, wanted in (("level", level), ("module", module), ("owner", owner)):
        if wanted:
            rows = connection.execute(f"select distinct {key} from metrics.metric_catalogue order by 1").fetchall()
            known = [name for (name,) in rows]
            if wanted not in known:
                raise CmwError(f"No metric has the {key} {wanted}", f"Take one of {', '.join(known)}")
    return _rows(
        connection,
        f"""
        select
            catalogue.*, newest.period_grain, newest.period_start, newest.value, newest.currency, newest.null_reason,
            newest.previous_value, newest.same_period_last_year_value, newest.target_value, newest.limit_status
        from metrics.metric_catalogue as catalogue
        left join ({NEWEST}) as newest on catalogue.metric_name = newest.metric_name
        where (not catalogue.is_supporting or $supporting)
            and $level in ('', catalogue.level)
            and $module in ('', catalogue.module)
            and $owner in ('', catalogue.owner)
        order by
            catalogue.is_supporting, try_cast(regexp_extract(catalogue.number, '\\d+') as integer), catalogue.number,
            catalogue.metric_name
        """,
        {"supporting": supporting, "level": level, "module": module, "owner": owner},
    )


def definition(name: str, connection: duckdb.DuckDBPyConnection, variant: str = "") -> dict[str, Any]:
    """The catalogue row of a metric, or of its variant. Raises CmwError, naming what there is, for none."""
    _require(connection)
    found = _rows(
        connection,
        "select * from metrics.metric_catalogue where if($variant = '', metric_name, variant_of) = $name"
        " and $variant in ('', variant)",
        {"name": name, "variant": variant},
    )
    if found:
        return found[0]
    if variant:
        named = "select string_agg(variant, ', ' order by variant) from metrics.metric_catalogue where variant_of = $1"
        (others,) = connection.execute(named, [definition(name, connection)["metric_name"]]).fetchone()
        raise CmwError(f"{name} has no variant {variant}", f"Take {others or 'to_date or fiscal, or none'}")
    raise CmwError(f"There is no metric {name}{_similar(connection, name)}", "List them with `cmw metrics list`")


def describe(name: str, connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The catalogue row, and under ``current`` its newest total per grain, under ``lineage`` the models upstream,
    under ``used_by`` the metrics that are made of it. Raises CmwError when there is no such metric."""
    metric = definition(name, connection)
    metric["lineage"] = metric["lineage"].split(", ") if metric["lineage"] else []
    metric["current"] = _rows(
        connection,
        f"select * from ({CURRENT}) where metric_name = $name order by list_position({GRAIN_ORDER}, period_grain)",
        {"name": name},
    )
    metric["used_by"] = _used_by(name, connection)
    return metric


def _used_by(name: str, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The metrics that are made of it, and its variants."""
    query = (
        "select metric_name from metrics.metric_catalogue"
        " where $name in (numerator_metric, denominator_metric, base_metric, variant_of) order by metric_name"
    )
    return [row["metric_name"] for row in _rows(connection, query, {"name": name})]


def values(
    name: str,
    connection: duckdb.DuckDBPyConnection,
    *,
    grain: str = "month",
    dimension: str = "total",
    periods: int = 12,
    variant: str = "",
) -> list[dict[str, Any]]:
    """Rows of the newest ``periods`` periods, newest first. Raises CmwError for what is not computed.

    Args:
        variant: to_date, fiscal, or one that the metric has by name; '' or default for the metric itself.
    """
    metric, published = published_variant(name, connection, variant)
    if variant not in (TO_DATE, FISCAL):
        check_scope(metric, grain, dimension, connection)
    return _rows(
        connection,
        """
        select * from metrics.metric_values
        where metric_name = $name and variant = $variant and period_grain = $grain and dimension_name = $dimension
        qualify dense_rank() over (order by period_start desc) <= $periods
        order by period_start desc, dimension_value
        """,
        {**published, "grain": grain, "dimension": dimension, "periods": periods},
    )


def check_scope(metric: dict[str, Any], grain: str, dimension: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Raises CmwError, naming what there is, for a grain or a dimension that the metric does not have."""
    name = metric["metric_name"]
    grains = metric["grains"].split(", ")
    dimensions = ["total", *filter(None, metric["dimensions"].split(", "))]
    if grain not in grains:
        raise CmwError(f"{name} is not computed by {grain}", f"Take one of {', '.join(grains)}")
    if dimension not in dimensions:
        raise CmwError(
            f"{name} is not published by {dimension}",
            f"Take one of {', '.join(dimensions)}{_where_else(_used_by(name, connection), dimension, connection)}",
        )


def published_variant(
    name: str, connection: duckdb.DuckDBPyConnection, variant: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """The catalogue row of a metric or of its variant, and under which name and variant its figures stand."""
    is_made_of_any = variant in (TO_DATE, FISCAL)
    metric = definition(name, connection, "" if is_made_of_any or variant == "default" else variant)
    return metric, published_as(metric) | ({"variant": variant} if is_made_of_any else {})


def published_as(metric: dict[str, Any]) -> dict[str, str]:
    """Name and variant under which a metric of the catalogue stands in metric_values."""
    return {"name": metric["variant_of"] or metric["metric_name"], "variant": metric["variant"] or "default"}


def _where_else(users: list[str], dimension: str, connection: duckdb.DuckDBPyConnection) -> str:
    """The metrics in whose rows a part stands by a dimension that it does not name itself; '' for none."""
    rows = connection.execute(
        "select metric_name from metrics.metric_catalogue"
        " where list_contains($users, metric_name) and list_contains(string_split(dimensions, ', '), $dimension)"
        " order by metric_name",
        {"users": users, "dimension": dimension},
    ).fetchall()
    names = ", ".join(row[0] for row in rows)
    return f", or the numerator, denominator or base_count of {names} by {dimension}" if names else ""


def _similar(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """People ask by a word of the label too, such as NRR or 留存; nothing where no metric comes near."""
    sql = """
        select metric_name from metrics.metric_catalogue
        where contains(lower(label_en || ' ' || label_zh || ' ' || metric_name), lower($name))
            or jaro_winkler_similarity(metric_name, $name) > 0.75
        order by
            is_supporting, not contains(lower(label_en || ' ' || label_zh || ' ' || metric_name), lower($name)),
            jaro_winkler_similarity(metric_name, $name) desc, metric_name
    """
    nearest = connection.execute(sql, {"name": name}).fetchone()
    return f"; do you mean {nearest[0]}?" if nearest else ""


def _require(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.execute("select 1 from metrics.metric_values limit 0")
    except duckdb.CatalogException:
        raise CmwError("No metrics have been computed yet", "Run `cmw run` first") from None


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    result = connection.execute(sql, parameters)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
