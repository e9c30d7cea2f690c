"""dbt, imported once for the builds of a run and beside what comes before them: it waits, and forks for each.

Reading dbt costs Python as much as forty small models, reading the project as much as thirty
(docs/decisions/0023-what-a-run-costs.md). A build stays a process of its own: `cmw-dbt` hands its arguments and streams
to the station, passes on the signals it gets, and ends as the build ends. Where no station waits, it builds itself.
"""

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

ADDRESS = "CMW_DBT_STATION"  # the path of a socket
WAIT = "wait-for-builds"  # argument of cmw-dbt: be the station; a file descriptor follows
STREAMS = [0, 1, 2]
_LENGTH = struct.Struct("!I")


@contextlib.contextmanager
def station(command: Path) -> Iterator[None]:
    """dbt waits while the block runs; every `cmw-dbt build` below this process is forked from it."""
    with (
        tempfile.TemporaryDirectory(prefix="cmw-dbt-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener,
    ):
        address = f"{folder}/station"
        listener.bind(address)
        listener.listen()
        # a session of its own: Ctrl-C reaches a build once, through its command
        process = subprocess.Popen(
            [command, WAIT, str(listener.fileno())],
            pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        os.environ[ADDRESS] = address
        try:
            yield
        finally:
            del os.environ[ADDRESS]
            process.kill()
            process.wait()


def ask(address: str) -> int | None:
    """The exit status of a build with this process' arguments, environment and streams; None where no station waits."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(address)
        except OSError:
            return None
        signals = _signals()  # before the build begins: none may be lost
        wanted = {"arguments": sys.argv, "folder": str(Path.cwd()), "environment": dict(os.environ)}
        text = json.dumps(wanted).encode()
        socket.send_fds(connection, [_LENGTH.pack(len(text))], STREAMS)
        connection.sendall(text)
        while True:
            ready, _, _ = select.select([connection, signals], [], [])
            if connection in ready:
                answer = connection.recv(1)
                return answer[0] if answer else 1
            with contextlib.suppress(OSError):  # the build has just ended
                connection.send(signals.recv(1))


def _signals() -> socket.socket:
    """Receives the number of each signal by which a command is stopped, in place of being stopped."""
    received, written = socket.socketpair()
    written.setblocking(False)
    signal.set_wakeup_fd(written.detach())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return received


def wait_for_builds(
    listener_number: int, prepare: Callable[[], None], build: Callable[[], None], bound: Callable[[], None]
) -> None:
    """The station itself: one build after the other, each in a fork, until it is killed.

    Args:
        prepare: makes ready what all builds need, in the folder and environment of the first of them.
        build: reads sys.argv and ends the process.
        bound: binds a fork to the life of this process.
    """
    is_ready = False
    with socket.socket(fileno=listener_number) as listener:
        while True:
            connection, _ = listener.accept()
            length, streams, _, _ = socket.recv_fds(connection, _LENGTH.size, len(STREAMS))
            wanted = json.loads(connection.recv(*_LENGTH.unpack(length), socket.MSG_WAITALL))
            if not is_ready:
                _take_place(wanted)
                prepare()
                is_ready = True
            child = os.fork()
            if child == 0:
                listener.close()
                bound()
                os._exit(_build(connection, wanted, streams, build))
            connection.close()
            for stream in streams:
                os.close(stream)
            os.waitpid(child, 0)


def _take_place(wanted: dict) -> None:
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    sys.argv = wanted["arguments"]


def _build(connection: socket.socket, wanted: dict, streams: list[int], build: Callable[[], None]) -> int:
    """Builds, and tells the command how it ended; what the command hears, this process hears too."""
    threading.Thread(target=_listen, args=[connection], daemon=True).start()
    status = 0
    try:
        for number, stream in zip(STREAMS, streams, strict=True):
            os.dup2(stream, number)
            os.close(stream)
        _take_place(wanted)
        build()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    connection.send(bytes([status]))
    return status


def _listen(connection: socket.socket) -> None:
    """Interrupts the build with every signal that comes; a command that is gone sends nothing any more."""
    with contextlib.suppress(OSError):
        while sent := connection.recv(1):
            signal.pthread_kill(threading.main_thread().ident or 0, sent[0])
    os.kill(os.getpid(), signal.SIGKILL)
