"""Which source column becomes which contract column, decided against what the source really has."""

from dataclasses import dataclass, field

from ingestion.mapping_checks import suggestion
from ingestion.sources import EntityMapping
from warehouse.errors import CmwError


@dataclass
class ColumnPlan:
    """What to read, and what becomes of it.

    Attributes:
        wanted: source columns to read, in order; the nth arrives as ``s<n>``.
        contract: contract column → source column.
        scales: contract column → decimals that the source's type declares.
        findings: what the operator should know, as sentences.
    """

    wanted: list[str] = field(default_factory=list)
    contract: dict[str, str] = field(default_factory=dict)
    scales: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    def place(self, source_column: str) -> str:
        """The name under which a source column arrives."""
        return f"s{self.wanted.index(source_column)}"


def _find(name: str, available: dict[str, int | None]) -> str | None:
    """The source's own spelling of a column name; letter case counts only where it must."""
    if name in available:
        return name
    same = [known for known in available if known.casefold() == name.casefold()]
    return same[0] if len(same) == 1 else None


def _extra_columns(mapping: EntityMapping) -> list[tuple[str, str]]:
    spec = mapping.spec
    extras = [(name, "keep") for name in spec.keep]
    if spec.soft_delete:
        extras.append((spec.soft_delete.column, "soft_delete"))
    extras += [(name, "cursor") for name in (spec.cursor, spec.cursor_when_null) if name]
    return extras


def plan_columns(mapping: EntityMapping, available: dict[str, int | None], origin: str) -> ColumnPlan:
    """Matches the mapping with the source's columns (name → declared decimals, None where none).

    Raises CmwError before anything is loaded when a required column, or one that reading needs, is missing.
    """
    entity, spec = mapping.entity, mapping.spec
    plan = ColumnPlan()

    def take(source_column: str) -> None:
        if source_column not in plan.wanted:
            plan.wanted.append(source_column)

    for name, column in entity.columns.items():
        if name in spec.constants:
            continue
        said = spec.columns.get(name)
        found = _find(said or name, available)
        if found:
            take(found)
            plan.contract[name] = found
            scale = spec.scales.get(name, available[found])
            if scale is not None:
                plan.scales[name] = scale
        elif column.required or (said and name in entity.key):
            raise CmwError(
                f"{mapping.where_said}: {origin} has no column {said or name!r} for the required {name}",
                f"Name its column under columns.{name}. {suggestion(said or name, list(available))}",
            )
        elif said:
            plan.findings.append(
                f"{origin} has no column {said!r}, which {mapping.where_said} names for {name}; {name} is empty. "
                f"{suggestion(said, list(available))}"
            )
    for name, purpose in _extra_columns(mapping):
        found = _find(name, available)
        if found:
            take(found)
        elif purpose == "keep":
            plan.findings.append(f"{origin} has no column {name!r}, which {mapping.where_said} lists under keep")
        else:
            raise CmwError(
                f"{mapping.where_said}: {origin} has no column {name!r}, named as {purpose}",
                suggestion(name, list(available)),
            )
    return plan


def found_column(plan: ColumnPlan, name: str) -> str | None:
    """The planned spelling of a source column that is read for itself (keep, cursor, soft delete)."""
    return _find(name, dict.fromkeys(plan.wanted))


def used_as_text(mapping: EntityMapping, source_column: str) -> bool:
    """Whether the text of a source column counts, letter by letter: then it must not depend on its neighbours."""
    spec = mapping.spec
    named = {*spec.keep, *([spec.soft_delete.column] if spec.soft_delete else [])}
    for name, column in mapping.entity.columns.items():
        if (column.type in ("text", "code") or name in spec.values) and name not in spec.constants:
            named.add(spec.columns.get(name, name))
    return source_column.casefold() in {name.casefold() for name in named}
