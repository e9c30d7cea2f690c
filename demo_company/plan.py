"""What is to be simulated: profile, size, span, seed, causes. The same plan gives the same company, always."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

PROFILES = Path(__file__).parent / "profiles"
CHUNK_CUSTOMERS = 4000
CHUNK_SPAN = 1_000_000
DEFAULT_SEED = 20260630


class DemoError(Exception):
    """A request that the demo company cannot fulfil, with the remedy in its text."""


@dataclass(frozen=True)
class Causes:
    """Which causes act on churn. Slow service and late contact still happen when switched off; they just do no harm."""

    slow_service: bool = True
    late_contact: bool = True


@dataclass(frozen=True)
class Plan:
    """One company. ``created_until`` is the end date of its creation; advancing never changes the plan."""

    profile: str
    customers: int
    months: int
    seed: int
    created_until: date
    causes: Causes

    def __post_init__(self) -> None:
        if not (PROFILES / f"{self.profile}.yml").exists():
            known = ", ".join(sorted(p.stem for p in PROFILES.glob("*.yml")))
            raise DemoError(f"There is no demo profile {self.profile!r}. Choose one of {known}.")
        if not 10 <= self.customers <= 1_000_000:
            raise DemoError(f"{self.customers} customers cannot be simulated. Choose 10 to 1,000,000.")
        if not 2 <= self.months <= 120:
            raise DemoError(f"{self.months} months cannot be simulated. Choose 2 to 120.")

    @property
    def settings(self) -> dict:
        """The profile's numbers (profiles/<name>.yml)."""
        return self.settings_of(self.profile)

    @staticmethod
    @cache
    def settings_of(profile: str) -> dict:
        return yaml.safe_load((PROFILES / f"{profile}.yml").read_text(encoding="utf-8"))

    @property
    def first_day(self) -> date:
        """First day of the first simulated month."""
        month = self.created_until.year * 12 + self.created_until.month - self.months
        return date(month // 12, month % 12 + 1, 1)

    @property
    def chunk_sizes(self) -> list[int]:
        """Customers per chunk; chunks are simulated one after the other, in bounded memory."""
        full, rest = divmod(self.customers, CHUNK_CUSTOMERS)
        sizes = [CHUNK_CUSTOMERS] * full
        if rest >= 10 or not sizes:
            sizes.append(rest)
        else:
            sizes[-1] += rest
        return sizes

    @classmethod
    def of(cls, profile: str, customers: int | None, months: int, seed: int, until: date, causes: Causes) -> "Plan":
        """A plan; the number of customers is the profile's where none is given."""
        known = cls.settings_of(profile)["customers"] if (PROFILES / f"{profile}.yml").exists() else 10
        return cls(profile, known if customers is None else customers, months, seed, until, causes)

    def save(self, path: Path) -> None:
        values = asdict(self) | {"created_until": self.created_until.isoformat()}
        path.write_text(json.dumps(values, indent=1, sort_keys=True), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Plan":
        if not path.exists():
            raise DemoError(f"There is no demo company here ({path} is missing). Create it first.")
        values = json.loads(path.read_text(encoding="utf-8"))
        values["created_until"] = date.fromisoformat(values["created_until"])
        return cls(**values | {"causes": Causes(**values["causes"])})
