"""Installs one pinned requirements file and shows that it moves: pip alone is either silent or endless.

Runs before anything of ours is installed, so it needs Python alone.
"""

import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path

EVERY = 25  # packages a line
BEAT = 15  # seconds without a word are too long
# --no-deps: the file holds all that is needed. Looking for dependencies, pip takes the newest release of a package that
# the file pins with an extra, and then refuses it for want of a hash: an install would fail from the day of that
# release on.
PIP = [
    "install",
    "--disable-pip-version-check",
    "--progress-bar",
    "off",
    "--no-compile",
    "--no-deps",
    "--require-hashes",
    "-r",
]


def install(path: Path) -> int:
    """pip's exit status; its warnings and errors are shown as it writes them."""
    total = sum("==" in line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "pip", *PIP, str(path)], stdout=subprocess.PIPE, text=True)
    over = threading.Event()
    state = {"doing": "looking up packages", "said": started}

    def say(text: str) -> None:
        state["said"] = time.monotonic()
        print(f"  {time.monotonic() - started:4.0f} s  {text}", flush=True)

    def beat() -> None:
        while not over.wait(1):
            if time.monotonic() - state["said"] >= BEAT:
                say(f"still {state['doing']}")

    threading.Thread(target=beat, daemon=True).start()
    seen = 0
    for line in process.stdout:
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen += 1
            state["doing"] = f"fetching ({seen} of {total} packages)"
            if seen % EVERY == 0 or seen == total:
                say(f"{seen} of {total} packages")
        elif line.startswith("Installing collected packages"):
            state["doing"] = "unpacking them"
            say("all here; unpacking them")
    status = process.wait()
    state["doing"] = "compiling them"
    if status == 0:
        _compile()
    over.set()
    return status


def _compile() -> None:
    """Compiles on every processor what pip would compile on one. Containers often forbid Python to do it later."""
    command = [sys.executable, "-m", "compileall", "-q", "-q", "-j", "0", sysconfig.get_path("purelib")]
    subprocess.run(command, check=False)  # some packages bring files of other Pythons, which need not compile


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
