"""A metric's history as a picture: an SVG line for pages, a row of blocks for the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDTH, _HEIGHT, _MARGIN, _FOOT = 340, 96, 6, 16


@dataclass(frozen=True)
class Point:
    """One period: ``label`` is the period, ``text`` the figure as people read it; value None where there is none."""

    label: str
    value: float | None
    text: str


def spark(points: Sequence[Point]) -> str:
    """▁▃▇ from the lowest to the highest figure, a space where there is none; '' without two figures."""
    known = [point.value for point in points if point.value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    steps = len(_BLOCKS) - 1
    return "".join(
        " " if point.value is None else _BLOCKS[round((point.value - low) / ((high - low) or 1) * steps)]
        for point in points
    )


def svg(points: Sequence[Point], target: float | None = None, title: str = "") -> str:
    """A line chart that breaks where a figure is missing; the target is a dashed line. '' without two figures."""
    known = [point.value for point in points if point.value is not None]
    if len(known) < 2:
        return ""
    shown = [*known, *([] if target is None else [target])]
    low, high = min(shown), max(shown)

    def across(place: int) -> str:
        return f"{_MARGIN + place * (_WIDTH - 2 * _MARGIN) / (len(points) - 1):.1f}"

    def up(value: float) -> str:
        share = (value - low) / (high - low) if high > low else 0.5
        return f"{_HEIGHT - _FOOT - _MARGIN - share * (_HEIGHT - _FOOT - 2 * _MARGIN):.1f}"

    spoken = f"{title}: {points[0].label} – {points[-1].label}".strip(": ")
    parts = [
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(spoken)}">',
        f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{_HEIGHT - _FOOT}" y2="{_HEIGHT - _FOOT}"/>',
    ]
    if target is not None:
        parts.append(f'<line class="target" x1="0" x2="{_WIDTH}" y1="{up(target)}" y2="{up(target)}"/>')
    path, joined = [], False
    for place, point in enumerate(points):
        if point.value is not None:
            path.append(f"{'L' if joined else 'M'}{across(place)} {up(point.value)}")
        joined = point.value is not None
    parts.append(f'<path d="{"".join(path)}"/>')
    last = max(place for place, point in enumerate(points) if point.value is not None)
    for place, point in enumerate(points):
        if point.value is not None:
            kind = ' class="last"' if place == last else ""
            parts.append(
                f'<circle{kind} cx="{across(place)}" cy="{up(point.value)}" r="{3 if kind else 2}">'
                f"<title>{escape(point.label)}: {escape(point.text)}</title></circle>"
            )
    parts.append(f'<text x="0" y="{_HEIGHT - 3}">{escape(points[0].label)}</text>')
    parts.append(f'<text x="{_WIDTH}" y="{_HEIGHT - 3}" text-anchor="end">{escape(points[-1].label)}</text></svg>')
    return "".join(parts)
