"""What gate 1 asks in its scratch file: views over raw Parquet files, one boolean column per rule that needs one."""

from collections.abc import Iterable

import duckdb

from quality.conditions import flag_column, name, repeated_values, row_condition, set_condition, text
from quality.expectations import needs_flag
from quality.rule import Rule
from warehouse.raw_manifest import RawFile
from warehouse.settings import Settings

KEYS = ["source_system", "_key", "_row_hash", "_load_seq"]


def files_sql(settings: Settings, files: Iterable[RawFile]) -> str:
    """``read_parquet`` over exactly these files of the log."""
    paths = ", ".join(text(str(settings.raw / file.path)) for file in files)
    return f"read_parquet([{paths}], hive_partitioning = false, union_by_name = true)"


def create_landed(
    connection: duckdb.DuckDBPyConnection, settings: Settings, entity: str, files: list[RawFile], rules: list[Rule]
) -> str:
    """View of the versions that just landed, deletions apart. Returns its name."""
    flags = [f"{row_condition(rule)} as {name(flag_column(rule))}" for rule in rules if needs_flag(rule)]
    view = f"landed_{entity}"
    columns = ", ".join(["*", *flags])
    connection.execute(
        f"create view {view} as select {columns} from {files_sql(settings, files)} where _change = 'upsert'"
    )
    return view


def create_current(
    connection: duckdb.DuckDBPyConnection, settings: Settings, entity: str, files: list[RawFile], words: set[str]
) -> str:
    """Table of the newest version of every key that still lives, once per gate. Returns its name.

    ``words`` are those that the rules use: of the entity's columns only these are carried along.
    """
    table = f"current_{entity}"
    log = files_sql(settings, files)
    wanted = {*words, *KEYS, "_version_at", "_change"}
    columns = [row[0] for row in connection.execute(f"describe select * from {log}").fetchall() if row[0] in wanted]
    narrow = f"(select {', '.join(map(name, columns))} from {log})"
    connection.execute(f"create table if not exists {table} as {newest_sql(narrow)}")
    return table


def newest_sql(log: str, only: str = "true") -> str:
    """Query of the newest version of every key that still lives, of the rows of ``log`` where ``only`` holds."""
    return f"""
        select * exclude (newest_first)
        from (
            select
                *,
                row_number() over (
                    partition by source_system, _key order by _version_at desc, _load_seq desc, _row_hash
                ) as newest_first
            from {log}
            where {only}
        )
        where newest_first = 1 and _change = 'upsert'
    """


def create_compared(
    connection: duckdb.DuckDBPyConnection, entity: str, rules: list[Rule], tables: dict[str, str]
) -> str:
    """Table of the newest versions' keys with one boolean per set rule. Returns its name."""
    repeated = {rule.name: f"repeated_{entity}_{rule.name}" for rule in rules if rule.kind == "unique"}
    for rule in rules:
        if rule.kind == "unique":
            query = repeated_values(rule, tables[entity])
            connection.execute(f"create or replace temp table {repeated[rule.name]} as {query}")
    flags = ", ".join(f"{set_condition(rule, tables | repeated)} as {name(flag_column(rule))}" for rule in rules)
    table = f"compared_{entity}"
    connection.execute(f"create table {table} as select {', '.join(KEYS)}, {flags} from {tables[entity]} as c")
    return table
