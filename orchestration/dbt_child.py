"""dbt as a child of a run: it dies with the run, and knows no more of the environment than it needs.

Left alone after a kill it would go on building, and the next run would find the file locked. It needs no secret of any
source; and it searches every line that it logs for each variable of its environment, so that few of them are quicker.
"""

import ctypes
import gc
import os
import signal
import sys
from typing import Any

from orchestration import dbt_station

PR_SET_PDEATHSIG = 1  # prctl(2): the signal that the kernel sends when the parent dies
KEPT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "DO_NOT_TRACK", "CMW_HOME", "CMW_TODAY")
KEPT_KINDS = ("DBT_", "PYTHON", "LC_")
_parsed: dict[str, Any] = {}  # the project's manifest, where a station has read it for all its builds


def main() -> None:
    """`cmw-dbt`: dbt's own command line, bound to the life of its parent where the kernel can do that."""
    _bind_to_parent()
    address = os.environ.get(dbt_station.ADDRESS)
    for name in list(os.environ):
        if name not in KEPT and not name.startswith(KEPT_KINDS):
            del os.environ[name]
    if sys.argv[1:2] == [dbt_station.WAIT]:
        _import_dbt()
        dbt_station.wait_for_builds(int(sys.argv[2]), _parse, _dbt, _bind_to_parent)
    status = dbt_station.ask(address) if address else None
    if status is not None:
        sys.exit(status)
    _dbt()


def _bind_to_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _import_dbt() -> None:
    """What a build imports; nothing of it starts a thread or opens a file."""
    import dbt.adapters.duckdb
    import dbt.cli.main  # noqa: F401


def _parse() -> None:
    """Reads the project for all builds. What is wrong with it the build says itself, which then reads it again."""
    from dbt.cli.main import dbtRunner

    silent = ["--quiet", "--log-level", "none", "--log-level-file", "none", "--no-write-json"]
    read = dbtRunner().invoke([*silent, "parse"])
    if read.success:
        _parsed["manifest"] = read.result
    gc.collect()
    gc.freeze()  # a build need not search for cycles in it, nor copy its pages


def _dbt() -> None:
    # dagster-dbt stops dbt by this signal, which whatever a shell starts in its background would ignore
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from dbt.cli.main import cli

    from orchestration.dbt_events import listen

    listen()
    if sys.argv[1:2] in (["build"], ["test"]):
        _keep_manifest()
    cli(obj=dict(_parsed))


def _keep_manifest() -> None:
    """A build leaves the manifest as parsing wrote it (dbt_parse.ensure_manifest).

    dbt would write its seven megabytes twice more, which takes as long as ninety small tables.
    """
    from dbt.parser import manifest
    from dbt.task import runnable

    for module in (manifest, runnable):
        module.write_manifest = lambda *_, **__: None
