"""The shape of the configuration: frozen models that refuse unknown keys and impossible values.

Meanings, units and sources stand beside the values in pqrs_simulation_v1.yaml; here are the ranges.
"""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

CHANNELS = ("email", "webform", "chat", "call", "other_digital")
TYPES = ("P", "Q", "R", "S")
PRIORITIES = ("alta", "media", "baja")
SUBTYPES = ("general", "informacion", "consulta")
FILE_TYPES = ("pdf", "jpg", "png", "docx")
# A share may miss 1 by what decimal fractions lose in binary, no more.
SUM_TOLERANCE = 1e-9
LONGEST_SPIKE_DAYS = 60


def keyed(names: tuple[str, ...]) -> BeforeValidator:
    """Turn a mapping with exactly these keys into a tuple in their order."""

    def order(value: object) -> object:
        if not isinstance(value, dict):
            return value
        if set(value) != set(names):
            raise ValueError(f"must have exactly the keys {', '.join(names)}, got {list(value)}")
        return tuple(value[name] for name in names)

    return BeforeValidator(order)


def sums_to_one(shares: tuple[float, ...]) -> tuple[float, ...]:
    """Return the shares, which must sum to 1."""
    if abs(sum(shares) - 1.0) > SUM_TOLERANCE:
        raise ValueError(f"must sum to 1, got {sum(shares):.6g} from {list(shares)}")
    return shares


Probability = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Sigma = Annotated[float, Field(ge=0, le=2)]
Weight = Annotated[float, Field(ge=0)]
Five = tuple[Probability, Probability, Probability, Probability, Probability]
ByChannel = Annotated[Five, keyed(CHANNELS)]
Hours = Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)]


class Strict(BaseModel):
    """Frozen, and every key must be known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DateRange(Strict):
    """First day of the world and last day of the default range."""

    start: date
    end: date

    @model_validator(mode="after")
    def _ordered(self) -> "DateRange":
        if self.end < self.start:
            raise ValueError(f"end {self.end} lies before start {self.start}")
        return self


class MonthOpening(Strict):
    """How much busier the first days of a month are."""

    days: int = Field(ge=0, le=28)
    factor: Positive


class Spike(Strict):
    """A peak with fixed dates, its counts held inside least..most."""

    start: date
    days: int = Field(ge=1, le=LONGEST_SPIKE_DAYS)
    mean_per_day: Positive
    dispersion: int = Field(ge=1, le=10_000)
    least: int = Field(ge=0)
    most: int = Field(le=50_000)

    @model_validator(mode="after")
    def _inside(self) -> "Spike":
        if not self.least <= self.mean_per_day <= self.most:
            raise ValueError(f"mean_per_day {self.mean_per_day} outside {self.least}..{self.most}")
        return self

    def covers(self, day: date) -> bool:
        """Say whether the peak holds on a day."""
        return self.start <= day < self.start + timedelta(days=self.days)


class Arrivals(Strict):
    """How many tickets a day brings."""

    mean_per_day: float = Field(gt=0, le=20_000)
    reference_days: int = Field(ge=1, le=730)
    dispersion: int = Field(ge=1, le=10_000)
    annual_growth: float = Field(ge=-0.5, le=1)
    weekday: Annotated[tuple[Positive, ...], Field(min_length=7, max_length=7)]
    month: Annotated[tuple[Positive, ...], Field(min_length=12, max_length=12)]
    month_opening: MonthOpening
    holiday_factor: Positive
    after_closure_factor: Positive
    spikes: tuple[Spike, ...]


class Case(Strict):
    """What a case is when it opens."""

    channel: ByChannel
    pqrs_type: Annotated[tuple[Probability, ...], keyed(TYPES)]
    priority: Annotated[tuple[Probability, ...], keyed(PRIORITIES)]
    petition_subtype: Annotated[tuple[Probability, ...], keyed(SUBTYPES)]
    misfiled: Probability
    mixed_intent: Probability
    misjudged_priority: Probability

    @model_validator(mode="after")
    def _shares(self) -> "Case":
        for name in ("channel", "pqrs_type", "priority", "petition_subtype"):
            try:
                sums_to_one(getattr(self, name))
            except ValueError as error:
                raise ValueError(f"{name} {error}") from None
        return self


class SizeKb(Strict):
    """Log-normal size of an attachment, in KB."""

    median: Positive
    sigma: Sigma
    most: int = Field(ge=1, le=1_000_000)


class Attachments(Strict):
    """Attachments of the opening message."""

    share: ByChannel
    count: tuple[Probability, Probability, Probability]
    file_type: Annotated[tuple[Probability, ...], keyed(FILE_TYPES)]
    size_kb: SizeKb

    @model_validator(mode="after")
    def _shares(self) -> "Attachments":
        for name in ("count", "file_type"):
            try:
                sums_to_one(getattr(self, name))
            except ValueError as error:
                raise ValueError(f"{name} {error}") from None
        return self


class Radication(Strict):
    """Who radicates in a channel, and how soon."""

    actor: Literal["system", "agent"]
    median_minutes: Positive
    sigma: Sigma
    most_minutes: float = Field(gt=0, le=480)


class LogNormal(Strict):
    """Log-normal duration in business days."""

    median: Positive
    sigma: Sigma


class BoundedLogNormal(LogNormal):
    """Log-normal duration in business days, cut at `most`."""

    most: float = Field(gt=0, le=20)
