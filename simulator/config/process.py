"""The shape of the configuration's second half: what happens to a case, and the whole."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from simulator.config.handling import Handling
from simulator.config.model import (
    CHANNELS,
    PRIORITIES,
    TYPES,
    Arrivals,
    Attachments,
    BoundedLogNormal,
    ByChannel,
    Case,
    DateRange,
    Hours,
    LogNormal,
    Positive,
    Probability,
    Radication,
    Sigma,
    Strict,
    keyed,
)

LONGEST_SECOND_PASS = 3.5
ByType = Annotated[tuple[Positive, ...], keyed(TYPES)]
ByPriority = Annotated[tuple[Positive, ...], keyed(PRIORITIES)]


class Stages(Strict):
    """Durations of the states, in business days of ten office hours."""

    classify: LogNormal
    assign: LogNormal
    start: LogNormal
    manage: ByType
    manage_sigma: Sigma
    complexity_sigma: Sigma
    priority_factor: ByPriority
    respond_to_close: BoundedLogNormal
    longest: int = Field(ge=5, le=36)


class Hold(Strict):
    """Pauses while the citizen completes the request."""

    share: Probability
    again: Probability
    duration: BoundedLogNormal
    attachment: Probability
    evening: Probability


class Reopen(Strict):
    """Cases that come back after their closing."""

    share: Probability
    again: Probability
    within_days: int = Field(ge=1, le=5)
    start: BoundedLogNormal
    manage: BoundedLogNormal

    @model_validator(mode="after")
    def _bounded(self) -> "Reopen":
        # What a second pass may take is part of the bound on a case's life.
        if self.start.most + self.manage.most > LONGEST_SECOND_PASS:
            raise ValueError(
                f"start.most {self.start.most} and manage.most {self.manage.most} exceed "
                f"{LONGEST_SECOND_PASS} business days together"
            )
        return self


class Archive(Strict):
    """When a closed case leaves the desk, in business days after its last closing."""

    least_days: int = Field(ge=6, le=9)
    most_days: int = Field(ge=6, le=9)

    @model_validator(mode="after")
    def _ordered(self) -> "Archive":
        if self.most_days < self.least_days:
            raise ValueError(f"most_days {self.most_days} is below least_days {self.least_days}")
        return self


class Messages(Strict):
    """Which messages a case exchanges."""

    acknowledged: ByChannel
    asks_status: Probability
    asks_status_long: Probability
    long_days: Positive
    status_answered: Probability
    progress_unasked: Probability
    thanks: Probability
    closing_note: Probability
    reopening_acknowledged: Probability


class Load(Strict):
    """What the queues can carry, relative to the mean load of a business day."""

    capacity_ratio: float = Field(ge=0.3, le=10)
    surge_ratio: float = Field(ge=0.3, le=20)
    surge_after: float = Field(ge=0, le=60)
    window_days: int = Field(ge=7, le=60)
    priority_factor: ByPriority

    @model_validator(mode="after")
    def _ordered(self) -> "Load":
        if self.surge_ratio < self.capacity_ratio:
            raise ValueError(
                f"surge_ratio {self.surge_ratio} is below capacity_ratio {self.capacity_ratio}"
            )
        return self


class Sla(Strict):
    """The policy and the share of late answers that the calibration aims at."""

    policy: str
    breach_target: float = Field(gt=0, lt=1)
    breach_least: Probability
    breach_most: Probability

    @model_validator(mode="after")
    def _inside(self) -> "Sla":
        if not self.breach_least <= self.breach_target <= self.breach_most:
            raise ValueError(
                f"breach_target {self.breach_target} outside "
                f"{self.breach_least}..{self.breach_most}"
            )
        return self


class World(Strict):
    """The whole of pqrs_simulation_v1.yaml.

    Version 1 has no `handling`: its events are those of the contract before it had outcomes.
    """

    version: Literal[1, 2] = 1
    seed: int = Field(ge=0, lt=2**64)
    date_range: DateRange
    arrivals: Arrivals
    case: Case
    hours: Annotated[tuple[Hours, ...], keyed(CHANNELS)]
    attachments: Attachments
    radication: Annotated[tuple[Radication, ...], keyed(CHANNELS)]
    stages: Stages
    hold: Hold
    reopen: Reopen
    archive: Archive
    messages: Messages
    load: Load
    sla: Sla
    handling: Handling | None = None

    @model_validator(mode="after")
    def _hours_have_weight(self) -> "World":
        for channel, weights in zip(CHANNELS, self.hours, strict=True):
            if sum(weights) <= 0:
                raise ValueError(f"hours of {channel} are all zero")
        return self

    @model_validator(mode="after")
    def _handling_goes_with_the_version(self) -> "World":
        if (self.handling is not None) != (self.version > 1):
            has = "has no" if self.version == 1 else "needs the"
            raise ValueError(f"version {self.version} {has} section handling")
        return self


class Calibration(Strict):
    """pqrs_calibration_v1.yaml: what the scaled stages of each type are multiplied by."""

    scale: ByType
