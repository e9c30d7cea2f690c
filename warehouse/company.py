"""Company settings (config/company.yml): the documented, bilingual file of every default."""

from datetime import time
from decimal import Decimal
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, field_validator, model_validator

from warehouse.clock_time import ClockTime
from warehouse.currencies import Currency, CurrencyOrNone
from warehouse.health_curves import HealthCurves
from warehouse.settings import Settings
from warehouse.yaml_files import load_model

Profile = Literal["b2b_contract", "b2b_project", "b2c"]
Tier = Literal["A", "B", "C", "unranked"]
WarningRule = Literal[
    "complaints", "health_drop", "health_below_limit", "no_order_key_account", "stale_opportunity", "no_contact"
]

Share = Annotated[Decimal, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Calendar(_Part):
    """Working time, for business hours."""

    country: str = "CN"
    working_days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(default=(1, 2, 3, 4, 5), min_length=1)
    opens: ClockTime = time(9, 0)
    closes: ClockTime = time(18, 0)

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> "Calendar":
        if self.closes <= self.opens:
            raise ValueError(f"closes {self.closes:%H:%M} is not after opens {self.opens:%H:%M}")
        return self


class TierRule(_Part):
    """Shares of customers by rank of trailing-12-month contribution profit (metric 47)."""

    a_share: Share = Decimal("0.20")
    b_share: Share = Decimal("0.30")

    @model_validator(mode="after")
    def _parts_of_a_whole(self) -> "TierRule":
        if self.a_share + self.b_share > 1:
            raise ValueError(f"a_share and b_share sum to {self.a_share + self.b_share}, more than 1")
        return self


class HealthWeights(_Part):
    """Weights of the five components (metric 57); they sum to 1."""

    orders: Share = Decimal("0.25")
    payment: Share = Decimal("0.20")
    complaints: Share = Decimal("0.20")
    interaction: Share = Decimal("0.15")
    margin: Share = Decimal("0.20")

    @model_validator(mode="after")
    def _sum_to_one(self) -> "HealthWeights":
        total = self.orders + self.payment + self.complaints + self.interaction + self.margin
        if total != 1:
            raise ValueError(f"the five weights sum to {total}, not to 1")
        return self


class WarningLimits(_Part):
    """Hard rules of the churn warning (metric 55), in days and points.

    ``days_without_contact`` is the plain rule, and the limit of every tier that ``contact_days`` does not name;
    0 there takes a tier out: nobody has to call on it that often. A rule of ``reasons_only`` is named beside others
    and warns of nobody alone: on the demo these found fewer leavers than chance (docs/decisions/0012).
    """

    days_without_contact: int = Field(default=15, ge=1)
    contact_days: dict[Tier, NonNegativeInt] = {"B": 0, "C": 0, "unranked": 0}
    days_without_follow_up: PositiveInt = 14
    days_without_order_key_account: PositiveInt = 180
    complaints_in_30_days: PositiveInt = 2
    health_score: int = Field(default=60, ge=0, le=100)
    health_drop: int = Field(default=15, ge=1, le=100)
    reasons_only: tuple[WarningRule, ...] = ("health_drop", "stale_opportunity", "no_contact")

    @field_validator("reasons_only")
    @classmethod
    def _somebody_is_warned_of(cls, value: tuple[WarningRule, ...]) -> tuple[WarningRule, ...]:
        if set(value) == set(get_args(WarningRule)):
            raise ValueError("no rule is left that warns; take one out")
        return value

    def warns(self) -> dict[WarningRule, bool]:
        """Whether each rule warns of a customer alone."""
        return {rule: rule not in self.reasons_only for rule in get_args(WarningRule)}

    def contact_limits(self) -> dict[Tier, int]:
        """Days without contact after which a customer of each tier is warned of; 0 for never."""
        return {tier: self.contact_days.get(tier, self.days_without_contact) for tier in get_args(Tier)}


class Company(_Part):
    """One company. Unknown keys are refused, so that a typing error cannot pass for a setting."""

    name: str
    name_zh: str = ""
    reporting_currency: Currency
    ledger_currency: CurrencyOrNone = ""
    time_zone: str = "Asia/Shanghai"
    profile: Profile = "b2b_project"
    language: Literal["en", "zh"] = "zh"
    fiscal_year_start_month: int = Field(default=1, ge=1, le=12)
    closing_business_day: int = Field(default=4, ge=1, le=28)
    today_file: str = ""
    calendar: Calendar = Calendar()
    contract_grace_days: NonNegativeInt = 30
    project_active_days: PositiveInt = 365
    shop_active_days: PositiveInt = 90
    history_is_complete: bool = False
    minimum_base: NonNegativeInt = 20
    capital_charge_rate: Share = Decimal("0.08")
    exchange_rate_max_age_days: NonNegativeInt = 10
    tiers: TierRule = TierRule()
    health: HealthWeights = HealthWeights()
    health_curves: HealthCurves = HealthCurves()
    warnings: WarningLimits = WarningLimits()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is no IANA time zone, such as Asia/Shanghai")
        ZoneInfo(value)
        return value

    @property
    def active_days(self) -> int:
        """Length of the activity window of the profile, in days (rule R12)."""
        return {
            "b2b_contract": self.contract_grace_days,
            "b2b_project": self.project_active_days,
            "b2c": self.shop_active_days,
        }[self.profile]


def load_company(settings: Settings) -> Company:
    return load_model(settings.config / "company.yml", Company)
