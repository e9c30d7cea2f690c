"""Limits, targets and benchmarks of a metric hold for what it is published for, and do not contradict each other.

One that names another grain or dimension would be judged never, and nobody would be told.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metrics.governance import Governance, Limit

TOTAL = "total"


def check_judged_by(said: "Governance") -> None:
    """Raises ValueError at the first fault, naming the key."""
    for limit in said.limits:
        _check_scope(said, "limits", limit.grains, limit.dimensions)
        _check_values(limit, said.direction)
    for target in said.targets:
        _check_scope(said, "targets", [target.grain], [target.dimension])
        if (target.dimension == TOTAL) != (target.member == TOTAL):
            raise ValueError("targets: a dimension and its member go together; name both, or neither for the total")
    _check_once("limits", "name the grains of each", _limit_scopes(said))
    targets = [(one.grain, one.dimension, one.member, one.valid_from) for one in said.targets]
    _check_once("targets", "give each its own valid_from", targets)
    if said.benchmark:
        _check_scope(said, "benchmark", said.benchmark.grains, [])


def _check_scope(said: "Governance", key: str, grains: Iterable[str], dimensions: Iterable[str]) -> None:
    for grain in grains:
        if said.grains and grain not in said.grains:
            raise ValueError(f"{key}: {grain} is none of its grains, which are {', '.join(said.grains)}")
    for dimension in dimensions:
        if dimension not in (TOTAL, *said.dimensions):
            known = ", ".join((TOTAL, *said.dimensions))
            raise ValueError(f"{key}: {dimension} is none of its dimensions, which are {known}")


def _check_values(limit: "Limit", direction: str) -> None:
    for value in (limit.warning, limit.critical):
        if value is not None and isinstance(value, tuple) != (direction == "in_band"):
            form = "a band [low, high]" if direction == "in_band" else "one number"
            raise ValueError(f"limits: a limit of a metric that is {direction} is {form}")
        if isinstance(value, tuple) and value[0] >= value[1]:
            raise ValueError("limits: of a band [low, high] the low end comes first")
    warning, critical = limit.warning, limit.critical
    if warning is None or critical is None:
        return
    if isinstance(warning, tuple) and isinstance(critical, tuple):
        is_milder = critical[0] <= warning[0] and warning[1] <= critical[1]
    else:
        is_milder = warning >= critical if direction == "higher_better" else warning <= critical
    if not is_milder:
        raise ValueError(
            f"limits: of a metric that is {direction}, critical {critical} is reached before warning {warning}"
        )


def _limit_scopes(said: "Governance") -> list[tuple[str, str]]:
    return [
        (grain, dimension)
        for limit in said.limits
        for grain in limit.grains or said.grains
        for dimension in limit.dimensions or ("",)
    ]


def _check_once(key: str, remedy: str, scopes: list[tuple]) -> None:
    if len(scopes) != len(set(scopes)):
        raise ValueError(f"two {key} hold for one grain; {remedy}")
