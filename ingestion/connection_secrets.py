"""A connection in messages: the password and all its pieces hidden, however the URL was understood or misunderstood."""

import re
from urllib.parse import unquote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

HIDDEN = "***"
SECRET_WORDS = ("pass", "pwd", "secret", "token", "key", "credential")
SHORTEST = 4  # a shorter piece than this is hidden only where it is a word: elsewhere it would make holes in words
_BREAKS = "[@:/?#&]"  # signs at which a URL ends one part and begins the next, within a password too


def parsed(connection: str) -> URL | None:
    """The connection as a URL; None where it is none."""
    try:
        return make_url(connection) if "://" in connection else None
    except (ArgumentError, ValueError):
        return None


def query_of(url: URL) -> list[tuple[str, str]]:
    """Names and values behind the question mark."""
    values = {name: (value,) if isinstance(value, str) else value for name, value in url.query.items()}
    return [(name, value) for name, several in values.items() for value in several]


def _is_torn(connection: str, url: URL) -> bool:
    """Whether an @ was not encoded, so that a part of the password may count as host, database or query."""
    behind = connection.partition("://")[2]
    return not behind.startswith("/") and behind.count("@") > (url.username is not None)


def has_torn_host(url: URL) -> bool:
    """Whether the host holds the end of a password: no host has such a sign."""
    return "@" in (url.host or "")


def shown(connection: str) -> str:
    """The connection as it may be printed: nothing up to the last @ that is secret, no values of the query."""
    if "://" not in connection:
        return connection
    url = parsed(connection)
    if url is None:
        return "the connection"
    if _is_torn(connection, url):
        scheme, _, behind = connection.partition("://")
        front, _, query = behind.partition("?")
        rest = "" if "@" in query else front.rpartition("@")[2]
        return f"{scheme}://{HIDDEN}" + (f"@{rest}" if rest else "") + (f"?{HIDDEN}" if query else "")
    query = "&".join(f"{name}={HIDDEN}" for name, _ in query_of(url))
    return url.set(query={}).render_as_string(hide_password=True) + (f"?{query}" if query else "")


def _secrets(connection: str, url: URL | None) -> set[str]:
    """What must not be shown, decoded and as the URL spells it."""
    behind = connection.partition("://")[2]
    credentials, at, _ = behind.rpartition("@")
    written = {credentials.partition(":")[2] if at else ""}
    found = {part for part in re.split("[?&=]", connection.partition("?")[2]) if "%" in part or "+" in part}
    if url is not None:
        written |= {str(url.password or "")}
        for name, value in query_of(url):
            is_secret = any(word in name.lower() for word in SECRET_WORDS)
            written |= {value} if is_secret else set()
            found |= {part for part in (value, *re.split("[;=]", value)) if is_secret or len(part) >= SHORTEST}
    whole = written | {unquote(one) for one in written}
    return found | whole | {piece for one in whole for piece in re.split(_BREAKS, one)}


def _hidden(line: str, secret: str) -> str:
    pattern = re.escape(secret)
    if len(secret) < SHORTEST:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.sub(pattern, HIDDEN, line, flags=re.IGNORECASE)


def without_secret(text: str, connection: str) -> str:
    """One line of a driver's message, with the connection's secrets taken out of it."""
    line = next((part.strip() for part in str(text).splitlines() if part.strip()), "no message")
    if "://" not in connection:
        return line
    line = line.replace(connection, shown(connection))
    secrets = _secrets(connection, parsed(connection))
    for secret in sorted((one for one in secrets if re.search(r"\w", one)), key=len, reverse=True):
        line = _hidden(line, secret)
    return line
