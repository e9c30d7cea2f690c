"""What a metric's value depends on beside its definition: the SQL between it and the facts, seeds, and settings.

The SQL is that of the models upstream of the metric as far as the facts (fct_, dim_, stg_), with the seeds and the
project's macros that they use, without comments and white space. Facts are the same for every metric.
"""

import hashlib
import re
from collections import deque

from warehouse.run_context import SCHEMA

_FACT = re.compile(r"(fct|dim|stg)_|run_context$")
_NOTHING = re.compile(r"(?!)")
_SQL = ("model.", "seed.")
_COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
_WORD = re.compile(r"[a-z_]\w*")
# Of one run, not of the company; the exceptions of the working calendar grow with time.
_NO_SETTING = {"as_of_date", "run_id", "company_name", "working_day_exceptions"}
SETTINGS = frozenset(SCHEMA.names) - _NO_SETTING


class SqlBelow:
    """Of the metrics of one manifest. What metrics of one semantic model share is worked out once."""

    def __init__(self, manifest: dict) -> None:
        self._manifest = manifest
        self._nodes = {**manifest["nodes"], **manifest["metrics"], **manifest["semantic_models"]}
        self._texts: dict[str, str] = {}
        self._words: dict[str, set[str]] = {}
        self._known: dict[frozenset[str], tuple[str, tuple[str, ...]]] = {}

    def of(self, metric: str) -> tuple[str, tuple[str, ...]]:
        """Of a metric by its unique id: eight hexadecimal digits of all SQL, macros and seeds between it and the facts;
        and the company's settings that anything upstream reads."""
        models = frozenset(self._upstream(metric, _NOTHING, "semantic_model."))
        if models not in self._known:
            above_facts = sorted({key for model in models for key in self._upstream(model, _FACT, _SQL)})
            whole = sorted({key for model in models for key in self._upstream(model, _NOTHING, _SQL)})
            texts = [self._text(key) for key in [*above_facts, *self._macros(above_facts)]]
            digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:8]
            self._known[models] = (digest, self._settings([*whole, *self._macros(whole)]))
        return self._known[models]

    def _settings(self, keys: list[str]) -> tuple[str, ...]:
        words = set().union(*(self._words_of(key) for key in keys))
        # a model may write the first part of a name and take the rest from a list: 'health_weight_' ~ component
        parts = tuple(word for word in words if word.endswith("_") and len(word) > 5)
        return tuple(sorted(name for name in SETTINGS if name in words or name.startswith(parts)))

    def _upstream(self, start: str, end: re.Pattern, kinds: str | tuple[str, ...]) -> set[str]:
        """Unique ids of all that a node is made of, without what ``end`` matches and what lies behind that."""
        found: set[str] = set()
        queue = deque([start])
        while queue:
            for parent in self._nodes.get(queue.popleft(), {}).get("depends_on", {}).get("nodes", []):
                if parent not in found and not end.match(parent.rsplit(".", 1)[-1]):
                    found.add(parent)
                    queue.append(parent)
        return {key for key in found if key.startswith(kinds)}

    def _macros(self, models: list[str]) -> list[str]:
        """The project's own macros that models use, and those that these use."""
        project, macros = self._manifest["metadata"]["project_name"], self._manifest["macros"]
        found: set[str] = set()
        queue = deque(name for key in models for name in self._nodes[key].get("depends_on", {}).get("macros", []))
        while queue:
            name = queue.popleft()
            if name not in found and name in macros and macros[name]["package_name"] == project:
                found.add(name)
                queue.extend(macros[name]["depends_on"]["macros"])
        return sorted(found)

    def _words_of(self, key: str) -> set[str]:
        if key not in self._words:
            self._words[key] = set(_WORD.findall(self._text(key)))
        return self._words[key]

    def _text(self, key: str) -> str:
        if key not in self._texts:
            self._texts[key] = self._written(key)
        return self._texts[key]

    def _written(self, key: str) -> str:
        if key.startswith("seed."):
            return self._nodes[key]["checksum"]["checksum"]
        text = self._manifest["macros"][key]["macro_sql"] if key.startswith("macro.") else self._nodes[key]["raw_code"]
        return " ".join(_COMMENT.sub(" ", text).split())
