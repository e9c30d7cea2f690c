"""Which of dbt's events are made into lines."""

import io

import pytest
from dbt_common.events.base_types import EventLevel
from dbt_common.events.logger import LoggerConfig
from dbt_common.events.types import Note, RetryExternalCall

from orchestration.dbt_events import ListenedEvents


def _lines(level: EventLevel, *logged: EventLevel) -> tuple[list[str], int]:
    """What a log of ``level`` holds after an event of each level, and how many events became messages."""
    events, kept, made = ListenedEvents(), io.StringIO(), []
    events.add_logger(LoggerConfig(name=f"test_{level.value}", level=level, output_stream=kept))
    events.add_callback(made.append)
    for one in logged:
        events.fire_event(Note(msg=f"a {one.value} line"), level=one)
    return kept.getvalue().split("\n")[:-1], len(made)


def test_a_debug_event_that_no_log_keeps_is_not_even_formatted():
    lines, made = _lines(EventLevel.INFO, EventLevel.DEBUG, EventLevel.INFO, EventLevel.WARN, EventLevel.ERROR)
    assert [line.split("a ")[1] for line in lines] == ["info line", "warn line", "error line"]
    assert made == 3


def test_a_log_of_debug_lines_holds_them():
    assert _lines(EventLevel.DEBUG, EventLevel.DEBUG, EventLevel.INFO)[1] == 2


@pytest.mark.parametrize("level, made", [(EventLevel.INFO, 0), (EventLevel.DEBUG, 1)])
def test_an_event_without_a_given_level_has_its_own(level, made):
    events, seen = ListenedEvents(), []
    events.add_logger(LoggerConfig(name="own", level=level, output_stream=io.StringIO()))
    events.add_callback(seen.append)
    events.fire_event(RetryExternalCall(attempt=1, max=2))
    assert len(seen) == made
