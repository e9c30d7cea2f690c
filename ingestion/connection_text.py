"""The connection of a source file as text: variables of the environment filled in, secrets never shown."""

import os
import re
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from warehouse.errors import CmwError
from warehouse.settings import Settings

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:-|\})")
_IN_PLACE = "1000000000000000000007"  # of a variable; a number, because it may be the port
HIDDEN = "***"
SECRET_WORDS = ("pass", "pwd", "secret", "token", "key", "credential")
SHORTEST = 4  # a shorter value than this, of no secret name, is left in messages: it would make holes in words


def expand_connection(text: str, settings: Settings, where: str) -> str:
    """Fills in ${NAME} and ${NAME:-default}; a default may itself hold variables, a variable's value may not.

    ${CMW_HOME} is the company's data folder. ${NAME} is also read from the file that NAME_FILE names.
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

    return _filled(text, value)


def _filled(text: str, value) -> str:
    """The text with value(name, default) in the place of each of its outermost variables."""
    parts, place = [], 0
    while match := _NAME.search(text, place):
        end = match.end() if match[2] == "}" else _closing(text, match.end())
        if end < 0:
            break
        default = None if match[2] == "}" else text[match.end() : end - 1]
        parts += [text[place : match.start()], value(match[1], default)]
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
    named = [one for name, one in _query(url) if any(word in name.lower() for word in SECRET_WORDS)]
    return any(secret and _IN_PLACE not in secret for secret in (url.password, *named))


def refuse_written_secret(text: str, where: str) -> None:
    """Raises CmwError where the source file holds a password."""
    if holds_secret(text):
        raise CmwError(
            f"{where}: connection holds a password",
            "Write ${NAME} in its place, and set NAME in the environment, or NAME_FILE to a file that holds it",
        )


def parsed(connection: str) -> URL | None:
    """The connection as a URL; None where it is none."""
    try:
        return make_url(connection) if "://" in connection else None
    except (ArgumentError, ValueError):
        return None


def _query(url: URL) -> list[tuple[str, str]]:
    values = {name: (value,) if isinstance(value, str) else value for name, value in url.query.items()}
    return [(name, value) for name, several in values.items() for value in several]


def shown(connection: str) -> str:
    """The connection as it may be printed: without password, and without the values of its query."""
    if "://" not in connection:
        return connection
    url = parsed(connection)
    if url is None:
        return "the connection"
    query = "&".join(f"{name}={HIDDEN}" for name, _ in _query(url))
    return url.set(query={}).render_as_string(hide_password=True) + (f"?{query}" if query else "")


def _secrets(connection: str, url: URL) -> list[str]:
    """What must not be shown, decoded and as the URL spells it, longest first."""
    found = {str(url.password or "")}
    for name, value in _query(url):
        is_secret = any(word in name.lower() for word in SECRET_WORDS)
        found |= {part for part in (value, *re.split("[;=]", value)) if is_secret or len(part) >= SHORTEST}
    _, _, behind = connection.partition("://")
    credentials, at, _ = behind.rpartition("@")
    found |= {credentials.partition(":")[2] if at else ""}
    found |= {part for part in re.split("[?&=]", connection.partition("?")[2]) if "%" in part or "+" in part}
    return sorted(found - {""}, key=len, reverse=True)


def without_secret(text: str, connection: str) -> str:
    """One line of a driver's message, with the connection's secrets taken out of it."""
    line = next((part.strip() for part in str(text).splitlines() if part.strip()), "no message")
    if "://" not in connection:
        return line
    line = line.replace(connection, shown(connection))
    url = parsed(connection)
    for secret in _secrets(connection, url) if url is not None else ():
        line = line.replace(secret, HIDDEN)
    return line
