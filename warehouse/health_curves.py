"""The curves that turn a measure of health into points (metric 57), and the file through which dbt learns them."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from warehouse.settings import Settings

Curve = dict[Decimal, Decimal]
_NUMBERS = ("x_from", "x_to", "points_from", "points_to")


def _curve(text: str) -> Curve:
    """'0 100, 7 85' is 100 points at 0 and 85 at 7."""
    pairs = (pair.split() for pair in text.split(","))
    return {Decimal(measure): Decimal(points) for measure, points in pairs}


class HealthCurves(BaseModel):
    """Measure to points, straight between them; beyond its ends a curve stays where it is.

    Measures: ``orders``, days since the last order in the customer's own order intervals; ``payment``, average days
    late; ``complaints``, number in 90 days; ``interaction``, days since the last two-way contact; ``margin``,
    contribution margin rate above that of his segment.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    orders: Curve = _curve("0 100, 1 100, 1.5 80, 2 50, 3 20, 4 0")
    payment: Curve = _curve("0 100, 7 85, 15 70, 30 50, 60 20, 90 0")
    complaints: Curve = _curve("0 100, 1 70, 2 40, 3 20, 4 0")
    interaction: Curve = _curve("0 100, 15 80, 30 60, 60 30, 120 0")
    margin: Curve = _curve("-0.2 0, -0.1 20, 0 60, 0.1 85, 0.2 100")

    @field_validator("*")
    @classmethod
    def _is_a_curve(cls, value: Curve, info: ValidationInfo) -> Curve:
        if len(value) < 2:
            raise ValueError("a curve needs the points of two measures or more")
        ordered = [value[measure] for measure in sorted(value)]
        rises = info.field_name == "margin"
        if ordered != sorted(ordered, reverse=not rises):
            raise ValueError(f"its points {'rise' if rises else 'fall'} with the measure, and here they do not")
        if any(not 0 <= points <= 100 for points in value.values()):
            raise ValueError("points run from 0 to 100")
        return dict(sorted(value.items()))

    def pieces(self) -> list[dict[str, object]]:
        """The straight pieces of all curves, as rows of the file."""
        return [
            {
                "component": component,
                "x_from": float(x_from),
                "x_to": float(x_to),
                "points_from": float(points_from),
                "points_to": float(points_to),
            }
            for component in type(self).model_fields
            for (x_from, points_from), (x_to, points_to) in pairwise(getattr(self, component).items())
        ]


def write(settings: Settings, curves: HealthCurves) -> Path:
    """Writes the file that dbt reads."""
    import pyarrow as pa  # slow to import, and the company's settings are read by every command
    import pyarrow.parquet as pq

    schema = pa.schema([("component", pa.string())] + [(name, pa.float64()) for name in _NUMBERS])
    path = settings.home / "health_curves.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    pq.write_table(pa.Table.from_pylist(curves.pieces(), schema=schema), temporary)
    temporary.replace(path)
    return path
