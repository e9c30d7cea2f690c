"""Reads a YAML file into a Pydantic model, with messages that name the file and the key."""

import os
import re
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from warehouse.errors import CmwError
from warehouse.model_faults import remedy, tell
from warehouse.yaml_loader import Loader, keys_as_written

Model = TypeVar("Model", bound=BaseModel)
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
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        keys_as_written(node)
        return loader.construct_document(node) if node else None
    finally:
        loader.dispose()


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
