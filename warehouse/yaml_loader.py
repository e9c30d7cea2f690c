"""YAML as its version 1.2 reads it: what looks like a text is one.

PyYAML reads version 1.1, to which NO (a country, a code) is false, 010 is 8, 9:00 is 540 and 1_000 is 1000.
Settings are checked by models, which make of a text what its key needs.
"""

import re
from typing import ClassVar

import yaml
from yaml.error import MarkedYAMLError

_NULL, _MERGE, _TEXT = (f"tag:yaml.org,2002:{name}" for name in ("null", "merge", "str"))


# The C parser reads some hundred rule and source files ten times as fast; not every build of the package has it.
class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Knows null, true, false, decimal numbers without leading zeros, and merges; anything else is a text."""

    yaml_implicit_resolvers: ClassVar[dict] = {}  # of the class itself: those of PyYAML are left behind


for _name, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(0|[1-9][0-9]*)?(\.[0-9]+)?([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("merge", r"<<", "<"),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def keys_as_written(node: yaml.Node | None, seen: set[int] | None = None) -> None:
    """Makes texts of all keys but the empty one: codes of a source are keys, and 1.10 is not 1.1.

    Raises YAMLError where a key stands twice: of the two YAML would quietly drop one.
    """
    seen = set() if seen is None else seen
    if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            keys_as_written(item, seen)
        return
    keys: set[str | None] = set()
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            name = None if key.tag == _NULL else key.value
            if name in keys:
                raise MarkedYAMLError(problem=f"the key {key.value!r} stands there twice", problem_mark=key.start_mark)
            keys.add(name)
            key.tag = key.tag if key.tag in (_NULL, _MERGE) else _TEXT
        keys_as_written(value, seen)
