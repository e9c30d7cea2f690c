"""What cannot be judged while some tables keep the rows of an earlier run.

A rule over several tables compares two days then, and its failure says nothing about either. It is shown, as a
warning, and does not hold back the tables that are new.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

import duckdb

from quality.rule import Rule
from quality.rulebook import EntityRules
from warehouse.check_result import CheckResult

# Values of metrics are computed anew in every run, of kept and of new tables alike.
OF_ALL_TABLES = "metrics."
NOT_DECISIVE = "not decisive, of an earlier run"


def as_warnings(
    connection: duckdb.DuckDBPyConnection,
    checks: Iterable[CheckResult],
    rulebook: dict[str, EntityRules],
    not_rebuilt: Iterable[str],
) -> list[CheckResult]:
    """The checks, where a failure that compares a kept table with a new one is a warning which says so.

    Args:
        not_rebuilt: 'schema.table' of what this run left out.
    """
    kept = set(not_rebuilt)
    if not kept:
        return list(checks)
    rules = {(table, rule.name): rule for table, of_table in rulebook.items() for rule in of_table.rules}
    return [_judged(connection, check, rules.get((check.table_name, check.check_name)), kept) for check in checks]


def _judged(
    connection: duckdb.DuckDBPyConnection, check: CheckResult, rule: Rule | None, kept: set[str]
) -> CheckResult:
    if rule is None or not check.is_error:
        return check
    compared = _tables(connection, check.table_name, rule)
    of_all = any(table.startswith(OF_ALL_TABLES) for table in compared)
    if not of_all and not (compared & kept and compared - kept):
        return check
    names = ", ".join(sorted(compared & kept)) or "what some values are made of"
    return replace(check, severity="warning", observed=f"{check.observed}; {NOT_DECISIVE}: {names}")


def _tables(connection: duckdb.DuckDBPyConnection, table: str, rule: Rule) -> set[str]:
    """'schema.table' of everything that a rule looks at."""
    if rule.kind != "invariant":
        return {table, rule.parent.entity} if rule.parent else {table}
    [tree] = connection.execute("select json_serialize_sql(?)", [rule.sql]).fetchone()
    return set(_named_in(json.loads(tree))) or {table}


def _named_in(node: object) -> Iterator[str]:
    """Tables named with their schema, wherever they stand in the tree of a query."""
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE" and node.get("schema_name"):
            yield f"{node['schema_name']}.{node['table_name']}"
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _named_in(part)
