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
        if name in before and before[name] != types[name]
    ]
    if not changes:
        return []
    told = f"{mapping.where_said}: columns of the source changed: {', '.join(changes)}"
    if source.on_schema_change == "stop":
        raise CmwError(told, "Adapt the mapping, then set on_schema_change: continue for one run")
    return [told]
