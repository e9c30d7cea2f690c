"""Sends one message through one channel. Raises NotSent with a reason that holds no secret."""

import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from alerting.message import Message
from alerting.routes import AppriseChannel, Channel, ConsoleChannel, FileChannel
from warehouse.errors import CmwError
from warehouse.settings import Settings
from warehouse.yaml_files import expand_variables

if TYPE_CHECKING:
    import apprise

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)")


class NotSent(Exception):
    """The message did not go out; the text says why."""


def send(
    name: str, channel: Channel, address: str, message: Message, settings: Settings, console: Callable[[str], None]
) -> None:
    """Returns only when the channel has taken the message."""
    if isinstance(channel, ConsoleChannel):
        console(message.line)
    elif isinstance(channel, FileChannel):
        _append(settings.home / channel.path, message)
    else:
        _notify(name, channel, address, message)


def check(name: str, channel: Channel) -> None:
    """Raises NotSent where the channel could not even try: its secret is not set, or Apprise knows no such URL."""
    if isinstance(channel, AppriseChannel):
        _notifier(name, channel, "somebody@example.com")


def _append(path: Path, message: Message) -> None:
    text = f"{message.as_json}\n" if path.suffix == ".jsonl" else f"## {message.title}\n\n{message.body}\n\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise NotSent(f"{path} cannot be written: {error.strerror}") from None


def _notifier(name: str, channel: AppriseChannel, address: str) -> tuple["apprise.Apprise", str]:
    """Apprise with the channel's URL, and that URL."""
    import apprise  # slow to import, and not needed where every channel is a file

    try:
        url = expand_variables(channel.url, f"channel {name} of alert_routes.yml")
    except CmwError as error:
        raise NotSent(str(error)) from None
    url = url.replace("{owner_email}", quote(address, safe=""))
    notifier = apprise.Apprise()
    if not notifier.add(url):
        spelling = "a secret with @ : / or % in it is written percent-encoded (@ as %40)" if "$" in channel.url else ""
        told = "; ".join(filter(None, ["see its list of services", spelling]))
        raise NotSent(f"the URL of channel {name} is none that Apprise knows; {told}")
    return notifier, url


def _notify(name: str, channel: AppriseChannel, address: str, message: Message) -> None:
    notifier, url = _notifier(name, channel, address)
    import apprise

    with apprise.LogCapture(level=logging.WARNING, name="apprise") as log:
        taken = notifier.notify(title=message.title, body=message.body, body_format=apprise.NotifyFormat.MARKDOWN)
        said = log.getvalue()
    if not taken:
        raise NotSent(_without_secrets(_reason(said), url, channel.url))


def _reason(said: str) -> str:
    lines = [line.split(" - WARNING - ")[-1].split(" - ERROR - ")[-1].strip() for line in said.splitlines()]
    return "; ".join(line for line in lines if line) or "the service did not take the message"


def _without_secrets(text: str, url: str, template: str) -> str:
    """Takes out the URL, its password and token parts, and every value that came from the environment."""
    parts = urlsplit(url)
    secrets = {url, parts.username, parts.password, parts.query}
    secrets |= {os.environ.get(variable) for variable in _VARIABLE.findall(template)}
    for secret in sorted((one for one in secrets if one), key=len, reverse=True):
        for form in (secret, unquote(secret)):
            text = text.replace(form, "***") if len(form) > 2 else text
    return text[:500]
