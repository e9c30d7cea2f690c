"""The only file that knows Great Expectations: rules in, verdicts per rule out.

Great Expectations has no DuckDB dialect. Unpatched it closes the connection before it fetches the rows, which
DuckDB then no longer has. ``_teach_duckdb`` puts DuckDB among the dialects whose connection is kept. It touches a
private name, so the version is pinned and tests/quality/test_expectations.py guards it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from quality.conditions import flag_column
from quality.rule import Rule
from warehouse.errors import CmwError

PRIVATE_NAME = "_PERSISTED_CONNECTION_DIALECTS"


class _Dialect(str):
    """Looks like a member of the package's dialect enumeration."""

    __slots__ = ()

    @property
    def value(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Outcome:
    """What Great Expectations said of one rule: ``failing_rows`` is a query of the rows that break it."""

    passed: bool
    failing_rows: str


def _teach_duckdb(engine_module: Any) -> None:
    dialects = getattr(engine_module, PRIVATE_NAME, None)
    if not isinstance(dialects, tuple):
        import great_expectations

        raise CmwError(
            f"Great Expectations {great_expectations.__version__} no longer has {PRIVATE_NAME}, "
            "through which it learns DuckDB",
            "Install the version in requirements/runtime.txt, or adapt quality/expectations.py",
        )
    if "duckdb" not in [getattr(dialect, "value", dialect) for dialect in dialects]:
        setattr(engine_module, PRIVATE_NAME, (*dialects, _Dialect("duckdb")))


def _spare(context: Any, source: Any) -> None:
    """Leaves out what no gate needs: YAML of a context that nobody keeps, and the keys of tables that have none.

    Great Expectations does both anew for every table, a fifth of what a gate costs.
    """
    context.variables.save = lambda: None
    dialect = source.get_execution_engine().engine.dialect
    dialect.get_pk_constraint = lambda *_, **__: {"constrained_columns": [], "name": None}


def needs_flag(rule: Rule) -> bool:
    """Whether the rule is judged on a boolean column of its own, since no expectation says it natively."""
    native = {"not_null", "no_rejected_values", "in_set", "between", "date_order"}
    return bool(rule.where) or rule.kind not in native


class Expectations:
    """Judges tables of one open DuckDB connection. Use as a context manager: it leaves no connection behind."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        import great_expectations as gx
        import great_expectations.execution_engine.sqlalchemy_execution_engine as engine_module
        from duckdb_sqlalchemy import ConnectionWrapper

        _teach_duckdb(engine_module)
        self._gx = gx
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        self._context = context
        # Cursors of our connection: a second connection to the file would need the very same settings.
        self._source = context.data_sources.add_sql(
            "duckdb",
            connection_string="duckdb:///:memory:",
            kwargs={"creator": lambda: ConnectionWrapper(connection.cursor())},
            create_temp_table=False,
        )
        _spare(context, self._source)

    def __enter__(self) -> "Expectations":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes every cursor, so that another process can open the file once its owner closes it too."""
        engine = self._source.get_execution_engine()
        kept = getattr(engine, "_connection", None)
        if kept is not None:
            kept.close()
        engine.engine.dispose()
        self._source.get_engine().dispose()

    def judge(self, table: str, rules: list[Rule], key_columns: list[str], schema: str = "") -> dict[str, Outcome]:
        """The outcome of each rule by name. Raises CmwError when a rule cannot be evaluated on that table."""
        asset = self._source.add_table_asset(f"{schema}.{table}", table_name=table, schema_name=schema or None)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        suite = self._gx.ExpectationSuite(
            name=f"{schema}.{table}", expectations=[self._expectation(rule) for rule in rules]
        )
        # BOOLEAN_ONLY bundles all rules into one scan; the rows are fetched by us, and only for rules that failed.
        result_format = {
            "result_format": "BOOLEAN_ONLY",
            "return_unexpected_index_query": True,
            "unexpected_index_column_names": key_columns,
        }
        outcomes = {}
        for result in batch.validate(suite, result_format=result_format).results:
            rule_name = result.expectation_config.meta["rule"]
            query = (result.result or {}).get("unexpected_index_query")
            if query is None:
                raise CmwError(
                    f"Quality rule {table}.{rule_name} cannot be evaluated: {_first_error(result.exception_info)}",
                    "Correct the rule's columns or condition in quality/rules",
                )
            outcomes[rule_name] = Outcome(passed=bool(result.success), failing_rows=query.rstrip().rstrip(";"))
        return outcomes

    def _expectation(self, rule: Rule) -> Any:
        expect = self._gx.expectations
        meta = {"rule": rule.name, "dimension": rule.dimension, "owner": rule.owner}
        if needs_flag(rule):
            return expect.ExpectColumnValuesToBeInSet(column=flag_column(rule), value_set=[True], meta=meta)
        make: dict[str, Callable[[], Any]] = {
            "not_null": lambda: expect.ExpectColumnValuesToNotBeNull(column=rule.columns[0], meta=meta),
            "no_rejected_values": lambda: expect.ExpectColumnValuesToBeNull(column="_rejected", meta=meta),
            "in_set": lambda: expect.ExpectColumnValuesToBeInSet(
                column=rule.columns[0], value_set=list(rule.values), meta=meta
            ),
            "between": lambda: expect.ExpectColumnValuesToBeBetween(
                column=rule.columns[0], min_value=_number(rule.minimum), max_value=_number(rule.maximum), meta=meta
            ),
            "date_order": lambda: expect.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=rule.later, column_B=rule.earlier, or_equal=True, meta=meta
            ),
        }
        return make[rule.kind]()


def _number(bound: object) -> float | None:
    return None if bound is None else float(str(bound))


def _first_error(info: object) -> str:
    """The message inside Great Expectations' nested exception dictionaries."""
    if isinstance(info, dict):
        if info.get("exception_message"):
            return str(info["exception_message"]).splitlines()[0]
        for value in info.values():
            found = _first_error(value)
            if found:
                return found
    return ""
