"""Gate 1's verdicts on row versions, as the Parquet file that staging anti-joins.

One row per row version and rule that it breaks. Only ``critical`` ones hold a version back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from quality.atomic import replace_file
from quality.conditions import text
from warehouse.settings import Settings

SCHEMA = pa.schema(
    [
        ("entity", pa.string()),
        ("source_system", pa.string()),
        ("key", pa.string()),
        ("row_hash", pa.string()),
        ("rule", pa.string()),
        ("rule_version", pa.int64()),
        ("severity", pa.string()),
        ("load_seq", pa.int64()),
        ("judged_at", pa.timestamp("us")),
    ]
)
COLUMNS = ", ".join(SCHEMA.names)


def verdicts_path(settings: Settings) -> Path:
    return settings.verdicts / "verdicts.parquet"


def ensure_verdicts(settings: Settings) -> Path:
    """The file, created empty where there is none: dbt reads it in every run."""
    path = verdicts_path(settings)
    if not path.exists():
        replace_file(path, lambda target: pq.write_table(SCHEMA.empty_table(), target))
    return path


@dataclass
class Superseded:
    """Which old verdicts the new ones replace.

    Attributes:
        loads: per entity the loads whose versions were judged by row rules.
        rules: per entity the set rules that were judged over all newest versions.
        whole: entities judged from nothing, of which no old verdict counts.
    """

    loads: dict[str, set[int]] = field(default_factory=dict)
    rules: dict[str, set[str]] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)

    def condition(self) -> str:
        """SQL: whether an old verdict is replaced."""
        parts = [f"entity = {text(entity)}" for entity in sorted(self.whole)]
        for entity, loads in sorted(self.loads.items()):
            # Set rules are judged apart: their verdicts go by rule, whatever load they name.
            listed = ", ".join(str(load) for load in sorted(loads))
            parts.append(f"entity = {text(entity)} and load_seq in ({listed}) and not of_set")
        for entity, rules in sorted(self.rules.items()):
            parts.append(f"entity = {text(entity)} and rule in ({_texts(rules)})")
        return " or ".join(f"({part})" for part in parts) or "false"


def replace_verdicts(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    new_table: str,
    superseded: Superseded,
    set_rules: Iterable[tuple[str, str]],
) -> None:
    """Puts the verdicts of ``new_table`` in the place of those they supersede, in one atomic step.

    ``set_rules`` lists (entity, rule) of every set rule there is, whose verdicts outlive a row judgement.
    """
    path = ensure_verdicts(settings)
    pairs = ", ".join(f"({text(entity)}, {text(rule)})" for entity, rule in set_rules) or "('', '')"
    query = f"""
        with
        old as (
            select {COLUMNS}, (entity, rule) in ({pairs}) as of_set
            from read_parquet({text(str(path))})
        )
        select {COLUMNS} from old where not ({superseded.condition()})
        union all
        select {COLUMNS} from {new_table}
        order by all
    """
    replace_file(
        path, lambda target: connection.execute(f"copy ({query}) to {text(str(target))} (format parquet)") and None
    )


def _texts(values: Iterable[str]) -> str:
    return ", ".join(text(value) for value in sorted(values))
