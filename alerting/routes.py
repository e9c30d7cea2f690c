"""config/alert_routes.yml: who is told, through which channel, about what, and how often."""

import re
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from alerting.candidate import SEVERITIES, Severity, Words
from warehouse.settings import Settings
from warehouse.yaml_files import load_model

FILE_NAME = "alert_routes.yml"
_WRITTEN_PASSWORD = re.compile(r"://[^/?@]*:[^/?@$]+@")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConsoleChannel(_Part):
    """One line an alert on the screen of whoever runs it."""

    kind: Literal["console"]


class FileChannel(_Part):
    """Appends to a file below CMW_HOME: Markdown, or one JSON object a line where it ends in .jsonl."""

    kind: Literal["file"]
    path: str

    @model_validator(mode="after")
    def _inside_home(self) -> "FileChannel":
        path = PurePosixPath(self.path)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"path {self.path!r} must lie below CMW_HOME, such as outbox/alerts.md")
        return self


class AppriseChannel(_Part):
    """Anything that Apprise can reach. Secrets come as ${NAME}; {owner_email} is the CRM user's address."""

    kind: Literal["apprise"]
    url: str = Field(min_length=4)

    @field_validator("url")
    @classmethod
    def _holds_no_password(cls, value: str) -> str:
        if _WRITTEN_PASSWORD.search(value):
            raise ValueError("it holds a password; write ${NAME} in its place, and set NAME in the environment")
        return value

    @property
    def needs_address(self) -> bool:
        return "{owner_email}" in self.url


Channel = Annotated[ConsoleChannel | FileChannel | AppriseChannel, Field(discriminator="kind")]


class Title(_Part):
    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Route(_Part):
    """Where one owner is told, from which severity on. ``title`` is how the owner is called in messages."""

    channels: tuple[str, ...] = Field(min_length=1)
    minimum_severity: Severity = "warning"
    title: Title | None = None


class Duties(_Part):
    """Owners of causes that no metric, rule or customer names an owner for."""

    failed_run: str = "data-platform"
    stale_source: str = "data-platform"


class AlertRoutes(_Part):
    """The whole file. Every name that is used must be defined."""

    channels: dict[str, Channel] = Field(min_length=1)
    default_owner: str
    owners: dict[str, Route]
    duties: Duties = Duties()
    quiet_hours: int = Field(default=168, ge=1)
    worse_by: float = Field(default=0.10, ge=0)

    @model_validator(mode="after")
    def _names_exist(self) -> "AlertRoutes":
        for owner, route in self.owners.items():
            for channel in route.channels:
                if channel not in self.channels:
                    raise ValueError(f"owner {owner} is told through {channel!r}, which is no channel of this file")
        for owner in (self.default_owner, self.duties.failed_run, self.duties.stale_source):
            if owner not in self.owners:
                raise ValueError(f"{owner!r} has no entry under owners")
        return self

    def route_of(self, owner: str, name: str = "") -> tuple[Route, str]:
        """The owner's route, and a note where it is the default's because the owner, of that ``name``, has none."""
        route = self.owners.get(owner)
        if route is not None:
            return route, ""
        return self.owners[self.default_owner], self.instead(name or owner, "has no route", "没有告警渠道")

    def instead(self, owner: str, why_en: str, why_zh: str) -> str:
        """Why the default owner is told in the place of ``owner``, for readers of both languages."""
        told = self.title_of(self.default_owner)
        return f"owner {owner} {why_en}; told {told.en} instead · 负责人 {owner} {why_zh},改为通知 {told.zh}"

    def title_of(self, owner: str) -> Words:
        route = self.owners.get(owner)
        title = route.title if route else None
        return Words(title.en, title.zh) if title else Words(owner, owner)

    def channels_for(self, owner: str, severity: Severity, name: str = "") -> tuple[tuple[str, ...], str]:
        """Names of the channels that hear of this, and the note; no channel below the owner's severity."""
        route, note = self.route_of(owner, name)
        loud_enough = SEVERITIES.index(severity) >= SEVERITIES.index(route.minimum_severity)
        return (route.channels if loud_enough else ()), note

    def why_nobody(self, owner: str, severity: Severity) -> str:
        """Why an alert that has no message was told to nobody."""
        route, _ = self.route_of(owner)
        if not self.channels_for(owner, severity)[0]:
            return f"{owner} is told of {route.minimum_severity} alerts only, says {FILE_NAME}"
        return f"no message is due: no run has come to it yet, or no address of {owner} is known"


def load_routes(settings: Settings) -> AlertRoutes:
    """Raises CmwError that names the key at fault."""
    return load_model(settings.config / FILE_NAME, AlertRoutes)
