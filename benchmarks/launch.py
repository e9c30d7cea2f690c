"""Runs a command from a process that is small, and writes down what it cost.

Linux counts what the parent held at the fork into the peak memory of a child, so a large parent cannot measure.
"""

import json
import os
import sys
from pathlib import Path


def main() -> int:
    target, *command = sys.argv[1:]
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    cost = {"cpu": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}
    Path(target).write_text(json.dumps(cost), encoding="utf-8")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
