"""How a run ended, as data and as the screen that a person reads."""

from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape

from warehouse.settings import Settings


@dataclass
class Outcome:
    """One run of `cmw run`.

    Attributes:
        state: 'published', 'last_good' (gate 2 failed: the last good marts were published again),
            'nothing_new', 'replayed' (an earlier day, beside what is published), 'replay_refused' (gate 2 refuses
            what was known that day), or 'failed'.
        failures: one sentence each; loads that failed do not stop a run, but they make it not good.
    """

    state: str
    settings: Settings
    run_id: str = ""
    version: str = ""
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return self.state in ("published", "nothing_new", "replayed") and not self.failures

    def as_dict(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "run_id": self.run_id,
            "version": self.version,
            "home": str(self.settings.home),
            "seconds": round(self.seconds, 1),
            "failures": self.failures,
        }

    def render(self, console: Console) -> None:
        if self.state == "nothing_new":
            console.print(
                f"Nothing new: the sources brought no change since version {self.version}. "
                f"The published tables stay as they are. ({self.seconds:.1f} s)"
            )
        elif self.state in ("published", "last_good"):
            from reporting.certificate import build, render, write

            certificate = build(self.settings)
            render(certificate, console)
            console.print(
                f"Done in {self.seconds:.0f} s. This screen is kept in {write(self.settings, certificate)}",
                markup=False,
            )
        elif self.state in ("replayed", "replay_refused"):
            self._render_replay(console)
        for failure in self.failures:
            console.print(f"[bold red]Failed:[/] {escape(failure)}", soft_wrap=True)

    def _render_replay(self, console: Console) -> None:
        day, home = self.settings.home.name, self.settings.home
        if self.state == "replayed":
            result = home / "published" / "current" / "customer_metrics.duckdb"
            console.print(f"What was known on {day}: {result}", soft_wrap=True, markup=False)
        else:
            console.print(f"[bold red]Refused:[/] gate 2 finds what was known on {day} wrong.", soft_wrap=True)
            console.print(f"CMW_HOME={home} cmw quality report says why.", soft_wrap=True, markup=False)
        console.print(
            f"Done in {self.seconds:.0f} s. Published tables, closed months and alerts are as they were.",
            soft_wrap=True,
        )
