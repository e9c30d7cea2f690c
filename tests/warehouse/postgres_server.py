"""A PostgreSQL server of its own on the loopback, in a temporary folder, for tests marked servers."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl, or None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


@contextmanager
def postgres(programs: Path) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database. PostgreSQL does not run as root, so root steps down to its user."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if become:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = [f"{programs}/pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log")]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"

    def run(*command: str) -> None:
        subprocess.run([*become, *command], check=True, capture_output=True, cwd=folder)

    run(f"{programs}/initdb", "-D", str(data), "-U", "cmw", "-A", "trust", "-E", "UTF8", "--locale=C")
    run(*start, "-o", options, "start")
    try:
        yield f"postgresql+psycopg://cmw:s3cret@127.0.0.1:{port}/postgres"
    finally:
        run(*start, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
