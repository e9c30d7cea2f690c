"""A history as a picture."""

import re
from xml.etree import ElementTree

from metrics.chart import Point, spark, svg


def points(*values: float | None) -> list[Point]:
    return [Point(f"2026-{place:02}", value, f"{value} <x>") for place, value in enumerate(values, 1)]


def test_blocks_go_from_the_lowest_to_the_highest_and_leave_gaps():
    assert spark(points(0, None, 7, 3.5)) in ("▁ █▄", "▁ █▅")
    assert spark(points(5, 5)) == "▁▁"


def test_one_figure_is_no_chart():
    assert spark(points(1, None)) == ""
    assert svg(points(None, 1)) == ""


def test_the_line_breaks_where_a_figure_is_missing_and_each_figure_can_be_read():
    drawn = svg(points(1, 2, None, 3, 4), title="Revenue & more")
    ElementTree.fromstring(drawn)
    assert len(re.findall("M", re.search(r'path d="([^"]+)"', drawn)[1])) == 2
    assert drawn.count("<circle") == 4
    assert "2026-05: 4 &lt;x&gt;" in drawn


def test_the_target_is_inside_the_picture_even_beyond_all_figures():
    drawn = svg(points(1, 2), target=10)
    height = float(re.search(r'class="target"[^/]*y1="([\d.]+)"', drawn)[1])
    figures = [float(found) for found in re.findall(r'cy="([\d.]+)"', drawn)]
    assert 0 <= height < min(figures)
