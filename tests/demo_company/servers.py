"""Real PostgreSQL and MariaDB servers on the loopback, for as long as a test needs them."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def as_user(name: str, command: list[str]) -> list[str]:
    """Servers refuse to run as root."""
    return ["runuser", "-u", name, "--", *command] if os.geteuid() == 0 else command


@contextmanager
def folder_of(user: str) -> Iterator[Path]:
    """A folder below /tmp that belongs to the server's user."""
    folder = Path(tempfile.mkdtemp(prefix="demo-server-", dir="/tmp"))
    if os.geteuid() == 0:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(url: str, server: subprocess.Popen) -> None:
    engine = create_engine(url)
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"The server ended with status {server.returncode}")
        try:
            engine.connect().close()
            return
        except SQLAlchemyError:
            time.sleep(0.2)
        finally:
            engine.dispose()
    raise RuntimeError("The server does not answer")


@contextmanager
def postgres() -> Iterator[str]:
    """A fresh PostgreSQL; its URL for the database 'postgres'."""
    with folder_of("postgres") as folder:
        data, port = folder / "data", free_port()
        subprocess.run(
            as_user("postgres", ["initdb", "-D", str(data), "-U", "demo", "-A", "trust", "-E", "UTF8", "--locale=C"]),
            check=True,
            capture_output=True,
        )
        server = subprocess.Popen(
            as_user("postgres", ["postgres", "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url = f"postgresql+psycopg://demo@127.0.0.1:{port}/postgres"
        try:
            wait_for(url, server)
            yield url
        finally:
            subprocess.run(
                as_user("postgres", ["pg_ctl", "-D", str(data), "stop", "-m", "immediate"]), capture_output=True
            )
            server.wait(timeout=30)


@contextmanager
def mariadb() -> Iterator[str]:
    """A fresh MariaDB; its URL for the database 'test'."""
    with folder_of("mysql") as folder:
        data, port = folder / "data", free_port()
        subprocess.run(
            as_user(
                "mysql",
                [
                    "mariadb-install-db",
                    f"--datadir={data}",
                    "--auth-root-authentication-method=normal",
                    "--no-defaults",
                ],
            ),
            check=True,
            capture_output=True,
        )
        server = subprocess.Popen(
            as_user(
                "mysql",
                [
                    "/usr/sbin/mariadbd",
                    "--no-defaults",
                    f"--datadir={data}",
                    f"--port={port}",
                    "--bind-address=127.0.0.1",
                    f"--socket={folder / 'server.sock'}",
                    f"--pid-file={folder / 'server.pid'}",
                    "--character-set-server=utf8mb4",
                ],
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url = f"mysql+pymysql://root@127.0.0.1:{port}/test?charset=utf8mb4"
        try:
            wait_for(url, server)
            yield url
        finally:
            pid = folder / "server.pid"
            if pid.exists():
                os.kill(int(pid.read_text()), 15)
            server.wait(timeout=60)
