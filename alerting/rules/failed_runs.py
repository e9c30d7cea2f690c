"""A run that ended badly: one alert a job, closed by the next run of any job that comes as far as alerts."""

from datetime import date
from decimal import Decimal

from alerting.candidate import Candidate, Words
from alerting.formats import due_date
from alerting.routes import AlertRoutes

RULE = "failed_run"


def find(job: str, run_id: str, reason: str, routes: AlertRoutes, today: date) -> Candidate:
    """``reason`` is the error's one sentence, without secrets."""
    return Candidate(
        cause=f"{RULE}:{job}",
        rule=RULE,
        owner=routes.duties.failed_run,
        severity="critical",
        size=Decimal(1),
        title=Words(f"Run {run_id[:8]} of {job} failed", f"任务 {job} 的运行 {run_id[:8]} 失败"),
        reason=Words(reason, reason),
        next_step=Words(
            "Put right what the reason says, then `cmw run`; readers still see the last published version",
            "按原因处理后运行 `cmw run`;读者仍看到上一个发布版本",
        ),
        due=due_date("critical", today),
        link="cmw status",
    )
