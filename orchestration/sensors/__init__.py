"""Sensors: what happened outside the step that would have told it. Each ends in one alert to the owner, or in a run."""

from orchestration.sensors.failed_checks import failed_checks_of_good_runs
from orchestration.sensors.failed_runs import failed_runs
from orchestration.sensors.new_files import new_files
from orchestration.sensors.stale_sources import stale_sources

SENSORS = [failed_runs, failed_checks_of_good_runs, new_files, stale_sources]
