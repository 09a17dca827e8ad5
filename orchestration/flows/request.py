"""What a run is asked to do, and what it answers."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orchestration.flows.summary import Kpi


class WorldRequest(BaseModel):
    """Which world is meant, and what is asked for on purpose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int | None = Field(default=None, description="Seed of the world; default: the config's.")
    scenario: str | None = Field(
        default=None, description="Overlay on the base configuration, such as spike."
    )
    config: Path | None = Field(
        default=None, description="Another simulation configuration file (YAML)."
    )
    allow_gap: bool = Field(
        default=False,
        description=(
            "Go on although earlier days of the world are not in the lake: events of cases opened"
            " on them are left out, and the run is DEGRADED until these days have run."
        ),
    )
    new_world: bool = Field(
        default=False,
        description="Start another world although the configuration of this one has changed.",
    )


class RunRequest(WorldRequest):
    """The parameters of the flow pqr-run; the defaults carry the default world's first 30 days."""

    start: date | None = Field(
        default=None, description="First day; default: the world's first day (2025-09-01)."
    )
    end: date | None = Field(
        default=None, description="Last day, included; default: 30 days from `start`."
    )

    @property
    def title(self) -> str:
        """The days that are asked for, as lists of runs show them."""
        if self.start is not None and self.start == self.end:
            return str(self.start)
        return f"{self.start or 'first day'} to {self.end or '30 days on'}"


class DailyRequest(WorldRequest):
    """The parameters of the flow pqr-daily; the defaults catch up to yesterday."""

    day: date | None = Field(
        default=None,
        description="One day alone; default: every day that is missing, up to yesterday.",
    )
    most_days: int = Field(
        default=31, ge=1, description="How many missing days to catch up with at most."
    )


class BackfillRequest(WorldRequest):
    """The parameters of the flow pqr-backfill."""

    start: date = Field(description="First day.")
    end: date = Field(description="Last day, included.")
    chunk_days: int = Field(
        default=1, ge=1, le=366, description="Days a run; the last may be short."
    )
    concurrency: int = Field(
        default=2, ge=1, le=32, description="How many runs make their raw events at once."
    )
    shuffle_seed: int | None = Field(
        default=None, description="Make the raw events in this random order; default: in theirs."
    )
    publish: Literal["end", "each"] = Field(
        default="end", description="Publish once, with the last run, or after each run."
    )


class StepReport(BaseModel):
    """One layer of the closing summary."""

    model_config = ConfigDict(frozen=True)

    step: str
    skipped: bool
    rows: int
    size: int


class RunReport(BaseModel):
    """How a run ended. `changed` is false when every layer was found committed and published."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    world_id: str
    date_min: date
    date_max: date
    attempt: int
    status: str
    changed: bool
    steps: tuple[StepReport, ...]
    kpis: tuple[Kpi, ...]


class DaysReport(BaseModel):
    """How runs that were made one after the other ended. `note` says what was not done, and why."""

    model_config = ConfigDict(frozen=True)

    runs: tuple[RunReport, ...]
    note: str = ""
