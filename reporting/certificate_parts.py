"""The lines of a certificate, as data."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Loaded:
    """What one source system brought since the version before. ``failed``: entities that could not be read."""

    source_system: str
    entities: int
    rows_read: int
    new_versions: int
    unchanged: int
    deletes: int
    held_rows: int
    failed: tuple[str, ...]


@dataclass(frozen=True)
class HeldBack:
    """Rows of one entity that are kept out of every figure, by which rules, and the money behind where it is known."""

    source_system: str
    entity: str
    rules: tuple[str, ...]
    rows: int
    money: Decimal | None
    reasons_en: tuple[str, ...]
    reasons_zh: tuple[str, ...]


@dataclass(frozen=True)
class FailedCheck:
    """One check that failed; ``failed_count`` of ``checked_count``."""

    table_name: str
    check_name: str
    source_system: str
    severity: str
    failed_count: int
    checked_count: int
    observed: str
    reason_en: str
    reason_zh: str


@dataclass(frozen=True)
class LedgerTie:
    """One account class beside the ledger, over all months: difference = warehouse + held_back - ledger.

    ``measure`` is movement (summed over the months) or balance (at the end of the newest). ``months_off`` counts
    months that differ, so that differences which cancel each other are seen.
    """

    account_class: str
    measure: str
    currency: str
    ledger: Decimal
    warehouse: Decimal
    held_back: Decimal
    difference: Decimal
    months_off: int


@dataclass(frozen=True)
class Headline:
    """One strategic metric in its newest finished period. ``status``: ok, warning, critical or none."""

    metric_name: str
    label_en: str
    label_zh: str
    period_grain: str
    period_start: date
    value: Decimal
    unit: str
    currency: str | None
    target: Decimal | None
    previous: Decimal | None
    change_type: str
    status: str


@dataclass(frozen=True)
class BreachedLimit:
    """A metric beyond a limit in its newest finished period, in total or in the member that is furthest beyond.

    ``members``: how many members of its dimensions are beyond a limit too. ``told``: as of an alert. ``alert``: its
    severity, '' where there is none; ``closed_by``: who closed it, so that nobody is told again.
    """

    metric_name: str
    label_en: str
    label_zh: str
    period_grain: str
    period_start: date
    dimension_name: str
    member: str
    value: Decimal
    limit: Decimal | None
    unit: str
    currency: str | None
    status: str
    members: int
    owner: str
    told: tuple[str, ...]
    alert: str = ""
    closed_by: str = ""


@dataclass(frozen=True)
class CustomersAtRisk:
    """All open digests of customers at risk together: how many owners, customers and money, and whom it told."""

    severity: str
    owners: int
    customers: int
    money: Decimal | None
    told: tuple[str, ...]
    largest_en: tuple[str, ...]
    largest_zh: tuple[str, ...]


@dataclass(frozen=True)
class Alerted:
    """One open alert and whom it told. ``told``: the channels, 'mail: failed' where one refused."""

    alert_id: int
    rule: str
    cause: str
    severity: str
    title_en: str
    title_zh: str
    owner: str
    money: Decimal | None
    told: tuple[str, ...]


@dataclass(frozen=True)
class NextLook:
    """Where to look next: a path or a command."""

    what_en: str
    what_zh: str
    where: str
