"""What gate 1 has judged so far: per entity the rules it used, the last load, and whether its table is broken."""

from pathlib import Path

from pydantic import BaseModel, Field

from quality.atomic import replace_file
from warehouse.errors import CmwError
from warehouse.settings import Settings


class Break(BaseModel):
    """A table rule that failed so badly that the entity keeps its last good state.

    ``good_rows`` is the number of living keys before the break: the table mends when they are back.
    """

    rule: str
    source_system: str
    good_rows: int
    since_load: int
    observed: str


class EntityState(BaseModel):
    rules: str = ""
    load_seq: int = 0
    # Newest versions that critical row rules hold back, at the last judgement.
    held_rows: int = 0
    breaks: list[Break] = Field(default_factory=list)


class Judged(BaseModel):
    """The state file. A lost one costs time only: everything is judged again."""

    format: int = 1
    entities: dict[str, EntityState] = Field(default_factory=dict)

    def of(self, entity: str) -> EntityState:
        return self.entities.setdefault(entity, EntityState())

    @property
    def held_rows(self) -> int:
        return sum(state.held_rows for state in self.entities.values())

    @property
    def broken(self) -> set[str]:
        return {entity for entity, state in self.entities.items() if state.breaks}


def state_path(settings: Settings) -> Path:
    return settings.verdicts / "judged.json"


def read_judged(settings: Settings) -> Judged | None:
    """The state, or None where nothing was judged yet. Raises CmwError when the file is torn."""
    path = state_path(settings)
    try:
        return Judged.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        raise CmwError(
            f"{path} cannot be read", "Delete it: gate 1 then judges every load again in the next run"
        ) from None


def write_judged(settings: Settings, judged: Judged) -> None:
    content = judged.model_dump_json(indent=1)
    replace_file(state_path(settings), lambda target: target.write_text(content, encoding="utf-8") and None)


def accept_table(settings: Settings, entity: str) -> None:
    """Takes the entity as it now is: its table is no longer broken. Raises CmwError when it is not."""
    judged = read_judged(settings)
    if judged is None or not judged.of(entity).breaks:
        raise CmwError(f"{entity} is not marked as broken", "See `cmw quality report` for the tables that are")
    judged.of(entity).breaks = []
    write_judged(settings, judged)
