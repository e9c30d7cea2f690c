"""Schedules as data: the lines of config/schedules.yml, one generic builder."""

import dagster as dg

from orchestration.jobs import AFTER_THE_OTHER
from orchestration.schedule_lines import ScheduleLine


def build_schedules(lines: list[ScheduleLine], time_zone: str) -> list[dg.ScheduleDefinition]:
    return [
        dg.ScheduleDefinition(
            name=line.name,
            job_name=line.job,
            cron_schedule=line.cron,
            run_config=AFTER_THE_OTHER,
            execution_timezone=time_zone,
            description=line.description,
            tags={"owner": line.owner},
            default_status=dg.DefaultScheduleStatus.RUNNING if line.is_running else dg.DefaultScheduleStatus.STOPPED,
        )
        for line in lines
    ]
