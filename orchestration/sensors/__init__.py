"""Sensors: what happened outside the step that would have told it. Each ends in one alert to the owner."""

from orchestration.sensors.failed_checks import failed_checks_of_good_runs
from orchestration.sensors.failed_runs import failed_runs
from orchestration.sensors.stale_sources import stale_sources

SENSORS = [failed_runs, failed_checks_of_good_runs, stale_sources]
