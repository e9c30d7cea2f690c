"""dbt as a child of a run: it dies with the run, and knows no more of the environment than it needs.

Left alone after a kill it would go on building, and the next run would find the file locked. It needs no secret of any
source; and it searches every line that it logs for each variable of its environment, so that few of them are quicker.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2): the signal that the kernel sends when the parent dies
KEPT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "DO_NOT_TRACK", "CMW_HOME", "CMW_TODAY")
KEPT_KINDS = ("DBT_", "PYTHON", "LC_")


def main() -> None:
    """`cmw-dbt`: dbt's own command line, bound to the life of its parent where the kernel can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for name in list(os.environ):
        if name not in KEPT and not name.startswith(KEPT_KINDS):
            del os.environ[name]
    from dbt.cli.main import cli

    from orchestration.dbt_events import listen

    listen()
    if sys.argv[1:2] == ["build"]:
        _keep_manifest()
    cli()


def _keep_manifest() -> None:
    """A build leaves the manifest as parsing wrote it (dbt_parse.ensure_manifest).

    dbt would write its seven megabytes twice more, which takes as long as ninety small tables.
    """
    from dbt.parser import manifest
    from dbt.task import runnable

    for module in (manifest, runnable):
        module.write_manifest = lambda *_, **__: None
