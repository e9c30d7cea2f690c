"""The connection of a source file as text: variables of the environment filled in, written passwords refused."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from ingestion.connection_secrets import SECRET_WORDS, parsed, query_of
from warehouse.errors import CmwError
from warehouse.settings import Settings

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:-|\})")
_IN_PLACE = "1000000000000000000007"  # of a variable; a number, because it may be the port
# Where a variable is a password and nothing else: what stands before it, what has to follow, and the sign that no
# encoded value holds there, so that a value with it is meant as it is.
_PASSWORD_PLACES = (
    (re.compile(r"://[^@/?]*:[^@/?]*$"), "@", "@"),
    (re.compile(rf"[?&][^=&]*(?:{'|'.join(SECRET_WORDS)})[^=&]*=[^&]*$", re.IGNORECASE), "", "&"),
)
Value = Callable[[str, str | None], str]


def expand_connection(text: str, settings: Settings, where: str) -> str:
    """Fills in ${NAME} and ${NAME:-default}; a default may itself hold variables, a variable's value may not.

    ${CMW_HOME} is the company's data folder. ${NAME} is also read from the file that NAME_FILE names. A password
    with an @ in it is encoded as a URL needs it.
    """

    def value(name: str, default: str | None) -> str:
        if name == "CMW_HOME":
            return str(settings.home)
        if os.environ.get(name):
            return os.environ[name]
        secret_file = os.environ.get(f"{name}_FILE")
        if secret_file:
            try:
                return Path(secret_file).read_text(encoding="utf-8").strip()
            except OSError:
                raise CmwError(f"{where}: the file that {name}_FILE names cannot be read", "Check its path") from None
        if default is None:
            raise CmwError(
                f"{where}: connection needs the environment variable {name}, which is not set",
                f"Set {name}, or write a default: ${{{name}:-…}}",
            )
        return expand_connection(default, settings, where)

    return _filled(text, value, _encoded)


def _encoded(value: str, before: str, after: str) -> str:
    """A password as the URL around it needs it; one that may be encoded already stays as it is."""
    for place, follows, sign in _PASSWORD_PLACES:
        if sign in value and follows in after and place.search(before):
            return quote(value, safe="")
    return value


def _filled(text: str, value: Value, fit: Callable[[str, str, str], str] = lambda text, *_: text) -> str:
    """The text with value(name, default), made to fit its place, for each of its outermost variables."""
    parts, place = [], 0
    while match := _NAME.search(text, place):
        end = match.end() if match[2] == "}" else _closing(text, match.end())
        if end < 0:
            break
        default = None if match[2] == "}" else text[match.end() : end - 1]
        put = fit(value(match[1], default), text[: match.start()], text[end:])
        parts += [text[place : match.start()], put]
        place = end
    return "".join([*parts, text[place:]])


def _closing(text: str, start: int) -> int:
    """Behind the brace that closes a default which begins at `start`; -1 where none does."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return -1


def holds_secret(text: str) -> bool:
    """Whether a password is written in the connection itself, be it as a variable's default."""

    def value(_: str, default: str | None) -> str:
        return _IN_PLACE if default is None else _filled(default, value)

    filled = _filled(text, value)
    url = parsed(filled)
    if url is None:
        return "://" in filled and "@" in filled  # nobody can tell
    named = [one for name, one in query_of(url) if any(word in name.lower() for word in SECRET_WORDS)]
    return any(secret and _IN_PLACE not in secret for secret in (url.password, *named))


def refuse_written_secret(text: str, where: str) -> None:
    """Raises CmwError where the source file holds a password."""
    if holds_secret(text):
        raise CmwError(
            f"{where}: connection holds a password",
            "Write ${NAME} in its place, and set NAME in the environment, or NAME_FILE to a file that holds it",
        )
