"""dbt's own SQL of one staging table, compiled once on the real macros, made to run on tables in memory.

Only file lists and the mark of the last build are replaced: by the tables `change_log` and `verdicts`, and {mark}.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

MODEL = "stg_crm__users"
ENTITY = "crm_users"
MARK = 424242  # load number of the build before; stands in the compiled SQL where the mark does
FILES = re.compile(r"read_parquet\(\[(.*?)\], hive_partitioning = false, union_by_name = true\)", re.DOTALL)


@dataclass(frozen=True)
class CompiledStaging:
    """`full` and `incremental` are selects; `replace` are the statements of the incremental strategy.

    They read `change_log`, `verdicts` and, in `replace`, `fresh`, and change `staged`.
    """

    full: str
    incremental: str
    replace: str


def compile_staging(log, project_folder: Path) -> CompiledStaging:
    """Builds the model twice with dbt, on a log of two loads, and takes the SQL that dbt ran."""
    row = {"user_id": "a", "_key": "a", "_version_at": datetime(2026, 6, 1)}
    log.load_seq = MARK - 1
    log.load(ENTITY, [row], "crm")
    log.build(MODEL)
    full = _in_memory(_text(project_folder, "compiled"))
    log.load(ENTITY, [row], "crm")
    log.build(MODEL)
    incremental = _in_memory(_text(project_folder, "compiled"))
    written = _in_memory(_text(project_folder, "run"))
    replace = written[written.index("delete from") :]
    names = dict.fromkeys(re.findall(rf'(?:"\w+"\.)*"({MODEL}\w*)"', replace))
    for name in names:
        replace = re.sub(rf'(?:"\w+"\.)*"{name}"', "staged" if name == MODEL else "fresh", replace)
    assert "{mark}" in incremental and "{mark}" in replace and "touched" in incremental
    assert "{mark}" not in full and "read_parquet" not in full + incremental + replace
    assert {"staged", "fresh"} <= set(re.findall(r"\w+", replace))
    return CompiledStaging(full, incremental, replace)


def _text(folder: Path, kind: str) -> str:
    (path,) = (folder / "target" / kind).rglob(f"{MODEL}.sql")
    return path.read_text(encoding="utf-8")


def _in_memory(sql: str) -> str:
    tables = FILES.sub(lambda found: "verdicts" if "verdicts.parquet" in found[1] else "change_log", sql)
    return tables.replace(str(MARK), "{mark}")
