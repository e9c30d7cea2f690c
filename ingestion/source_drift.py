"""What changed in the source's own columns since the last load, and whether the source file says to stop."""

from ingestion.sources import EntityMapping, Source
from warehouse.errors import CmwError
from warehouse.raw_manifest import SourceState


def drift_findings(
    source: Source, mapping: EntityMapping, state: SourceState | None, types: dict[str, str]
) -> list[str]:
    """Sentences about columns that appeared, disappeared or changed their type.

    Raises CmwError where the source says `on_schema_change: stop`.
    """
    before = state.source_columns if state else {}
    if not before or before == types:
        return []
    changes = [f"{name} appeared" for name in types if name not in before]
    changes += [f"{name} disappeared" for name in before if name not in types]
    changes += [
        f"{name} changed from {before[name]} to {types[name]}"
        for name in types
        if before.get(name) and before[name] != types[name]
    ]
    if not changes:
        return []
    gone, new = [name for name in before if name not in types], [name for name in types if name not in before]
    if len(gone) == 1 and len(new) == 1 and before[gone[0]] == types[new[0]]:
        changes.append(f"perhaps {gone[0]} is now called {new[0]}")
    told = f"{mapping.where_said}: columns of the source changed: {', '.join(changes)}"
    if source.on_schema_change == "stop":
        raise CmwError(told, "Adapt the mapping, then set on_schema_change: continue for one run")
    return [told]


def mapped_columns_changed(mapping: EntityMapping, state: SourceState | None, types: dict[str, str]) -> bool:
    """Whether a column that the mapping reads appeared, disappeared or changed its type.

    Then every row may come out differently, also those whose cursor did not move: all are read again.
    """
    if state is None or not state.source_columns:
        return False
    spec = mapping.spec
    named = {spec.columns.get(name, name) for name in mapping.entity.columns if name not in spec.constants}
    named |= {*spec.keep, spec.cursor, spec.cursor_when_null} - {""}
    named |= {spec.soft_delete.column} if spec.soft_delete else set()
    before = {name.casefold(): kind for name, kind in state.source_columns.items()}
    after = {name.casefold(): kind for name, kind in types.items()}
    return any(before.get(name) != after.get(name) for name in map(str.casefold, named))
