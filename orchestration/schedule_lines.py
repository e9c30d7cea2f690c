"""config/schedules.yml as checked lines, without Dagster, which takes a second to import."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from warehouse.settings import Settings
from warehouse.yaml_files import load_model

JobName = Literal["refresh", "read", "rebuild", "weekly_health", "monthly_close", "maintain"]


class ScheduleLine(BaseModel):
    """One schedule: which job runs when, and who answers for it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    job: JobName
    cron: str
    owner: str
    description: str
    is_running: bool = True

    @field_validator("cron")
    @classmethod
    def _five_fields(cls, value: str) -> str:
        if len(value.split()) != 5:
            raise ValueError(f"{value!r} is no cron line of five fields, such as '0 6 * * *'")
        return value


class ScheduleFile(BaseModel):
    """config/schedules.yml."""

    model_config = ConfigDict(extra="forbid")

    schedules: list[ScheduleLine]

    @model_validator(mode="after")
    def _names_once(self) -> "ScheduleFile":
        names = [line.name for line in self.schedules]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"schedule {twice[0]} is there twice; give each a name of its own")
        return self


def load_schedule_lines(settings: Settings) -> list[ScheduleLine]:
    return load_model(settings.config / "schedules.yml", ScheduleFile).schedules
