"""What a run is asked to do, and what it answers."""

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from orchestration.flows.summary import Kpi


class RunRequest(BaseModel):
    """The parameters of the flow pqr-run; the defaults carry the default world's first 30 days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int | None = Field(default=None, description="Seed of the world; default: the config's.")
    start: date | None = Field(
        default=None, description="First day; default: the world's first day (2025-09-01)."
    )
    end: date | None = Field(
        default=None, description="Last day, included; default: 30 days from `start`."
    )
    scenario: str | None = Field(
        default=None, description="Overlay on the base configuration, such as spike."
    )
    config: Path | None = Field(
        default=None, description="Another simulation configuration file (YAML)."
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
