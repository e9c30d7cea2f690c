"""Reads a YAML file into a Pydantic model, with messages that name the file and the key."""

import os
import re
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.error import MarkedYAMLError

from warehouse.errors import CmwError
from warehouse.model_faults import remedy, tell

Model = TypeVar("Model", bound=BaseModel)
# The C parser reads some hundred rule and source files ten times as fast; not every build of the package has it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def read_yaml(path: Path) -> object:
    """The parsed file. Raises CmwError when it is missing, not UTF-8 or not YAML."""
    try:
        return _parse(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise CmwError(f"The file {path} does not exist", "Create it, or set CMW_CONFIG to the right folder") from None
    except UnicodeDecodeError:
        raise CmwError(f"The file {path} is not UTF-8 text", "Save it as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise CmwError(
            f"{path}{where} is not valid YAML: {getattr(error, 'problem', error)}", "Correct that line"
        ) from None


def _parse(text: str) -> object:
    """The value of the text. Raises YAMLError where a key stands twice: of the two YAML would quietly drop one."""
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        _refuse_twice(node, set())
        return loader.construct_document(node) if node else None
    finally:
        loader.dispose()


def _refuse_twice(node: yaml.Node | None, seen: set[int]) -> None:
    if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_twice(item, seen)
        return
    keys: set[str] = set()
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in keys:
                raise MarkedYAMLError(problem=f"the key {key.value!r} stands there twice", problem_mark=key.start_mark)
            keys.add(key.value)
        _refuse_twice(value, seen)


def load_model(path: Path, model: type[Model]) -> Model:
    """The file as a checked model. Raises CmwError that names the keys at fault."""
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise CmwError(f"{path} is empty or not a mapping of keys to values", "See CONTRIBUTING.md for a pattern")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise CmwError(f"{path}: {tell(error)}", remedy(error, model)) from None


def expand_variables(text: str, where: str) -> str:
    """Replaces ${NAME} and ${NAME:-default} from the environment; the value is never shown in an error."""

    def value(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(2)
        found = os.environ.get(name, default)
        if found is None:
            raise CmwError(f"{where} needs the environment variable {name}, which is not set", f"Set {name}")
        return found

    return _VARIABLE.sub(value, text)
