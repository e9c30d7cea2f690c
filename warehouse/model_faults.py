"""What is wrong with a file's keys, in words: every fault, unknown keys first, because they are often the cause."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

SHOWN = 5
_NAME = "^[a-z][a-z0-9_]*$"


def key_of(fault: Any) -> str:
    """The key at fault, with those that it stands under."""
    return ".".join(str(part) for part in fault["loc"])


def message_of(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return "there is no such key"
    if fault["type"] == "string_pattern_mismatch" and fault["ctx"]["pattern"].startswith(_NAME):
        return f"{fault['input']!r} may hold lower-case letters, digits and underscores only, a letter first"
    if fault["type"] in ("string_type", "literal_error") and isinstance(fault["input"], bool):
        return "YAML reads an unquoted true or false as a boolean; write it in quotes"
    if fault["type"] == "string_too_short":
        return "is empty"
    if fault["type"] == "union_tag_invalid":
        return f"{fault['ctx']['tag']!r} is none of {fault['ctx']['expected_tags']}"
    return str(fault["msg"]).removeprefix("Value error, ")


def _sentence(fault: Any) -> str:
    return f"{key_of(fault) or 'the file'}: {message_of(fault)}"


def faults_of(error: ValidationError) -> list[Any]:
    """Without the lists that are too short only because what stands in them is wrong, which is a fault of its own."""
    return [fault for fault in error.errors() if not (fault["type"] == "too_short" and fault["input"])]


def tell(error: ValidationError, say: Callable[[Any], str] = _sentence) -> str:
    """Up to five faults, each in the words of ``say``, and how many more there are."""
    faults = sorted(faults_of(error), key=lambda fault: fault["type"] != "extra_forbidden")
    told = list(dict.fromkeys(map(say, faults)))
    more = f" (and {len(told) - SHOWN} more)" if len(told) > SHOWN else ""
    return "; ".join(told[:SHOWN]) + more


def remedy(error: ValidationError, model: type[BaseModel]) -> str:
    """The keys that unknown ones are most like, or where to look."""
    faults = faults_of(error)
    unknown = [fault for fault in faults if fault["type"] == "extra_forbidden"]
    if not unknown:
        # of a key that takes several kinds of values each kind is a fault of the same value
        values = {(fault["type"] == "missing" and key_of(fault), id(fault["input"])) for fault in faults}
        return "Correct that key" if len(values) == 1 else "Correct those keys"
    known, near = set(_keys(model)), {}
    for fault in unknown[:SHOWN]:
        written = str(fault["loc"][-1])
        if found := get_close_matches(written, known - {written}, 1):  # it may be a key of another part
            near[key_of(fault)] = found[0]
    if not near:
        return f"Remove {'it' if len(unknown) == 1 else 'them'}, or see the reference of keys in docs/"
    if len(faults) == 1:
        return f"Did you mean {next(iter(near.values()))}"
    return "Did you mean " + ", ".join(f"{found} instead of {key}" for key, found in near.items())


def _keys(part: object) -> Iterator[str]:
    """Every key that a model and the models in it know."""
    if isinstance(part, type) and issubclass(part, BaseModel):
        for name, field in part.model_fields.items():
            yield field.alias or name
            yield from _keys(field.annotation)
    for inner in get_args(part):
        yield from _keys(inner)
