"""dbt as a child of a run: when the run is killed, dbt dies with it and lets go of the working file.

Left alone it would go on building, and the next run would find the file locked.
"""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2): the signal that the kernel sends when the parent dies


def main() -> None:
    """`cmw-dbt`: dbt's own command line, bound to the life of its parent where the kernel can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    from dbt.cli.main import cli

    cli()
