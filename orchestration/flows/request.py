"""What a run is asked to do, which run that is, and what it answers."""

import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orchestration.errors import UsageError
from orchestration.flows.summary import Kpi
from orchestration.meta.control import RunFacts
from orchestration.run import Run, World
from orchestration.settings import Settings
from simulator.config import SimulationConfig, load_config
from simulator.config.load import DEFAULT
from simulator.errors import SimulationError
from simulator.world import check_range, code_hash

DEFAULT_DAYS = 30
# Colombia has no summer time.
_COLOMBIA = timedelta(hours=-5)


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
    replace_live: bool = Field(
        default=False,
        description="Show this world although people see one of delivered events.",
    )

    @property
    def variant(self) -> str:
        """What the request says of its world, for a title; empty for the default one."""
        said = {"scenario": self.scenario, "seed": self.seed}
        words = [f", {name} {value}" for name, value in said.items() if value is not None]
        return "".join(words) + (f", {self.config.name}" if self.config else "")


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
        """The days that are meant and what makes the world another one, as lists of runs show them.

        A request that is not valid is titled by the days it asks for: the run says what is wrong.
        """
        try:
            run = plan(self)[1]
        except UsageError:
            return f"{self.start or 'first day'} to {self.end or 'last day'}{self.variant}"
        return f"{days_title(run.date_min, run.date_max)}{self.variant}"


class DailyRequest(WorldRequest):
    """The parameters of the flow pqr-daily; the defaults catch up to yesterday."""

    day: date | None = Field(
        default=None,
        description="One day alone; default: every day that is missing, up to yesterday.",
    )
    most_days: int = Field(
        default=31, ge=1, description="How many missing days to catch up with at most."
    )

    @property
    def title(self) -> str:
        """The day, or that all are meant that are missing; the runs below it name theirs."""
        return f"{self.day or 'missing days'}{self.variant}"


class BackfillRequest(WorldRequest):
    """The parameters of the flow pqr-backfill."""

    start: date = Field(description="First day.")
    end: date = Field(description="Last day, included.")
    chunk_days: int = Field(
        default=1, ge=1, le=366, description="Days of each run; the last may be short."
    )
    concurrency: int = Field(
        default=2, ge=1, le=32, description="How many runs make their raw events at the same time."
    )
    shuffle_seed: int | None = Field(
        default=None, description="Make the raw events in this random order; default: in theirs."
    )
    publish: Literal["end", "each"] = Field(
        default="end", description="Publish once, with the last run, or after each run."
    )

    @property
    def title(self) -> str:
        """The days of all its runs."""
        return f"{days_title(self.start, self.end)}{self.variant}"


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


def days_title(first: date, last: date) -> str:
    """A range of days in a title; one day stands alone."""
    return str(first) if first == last else f"{first} to {last}"


def plan(request: RunRequest) -> tuple[SimulationConfig, Run]:
    """Which run a request means. Reads configuration alone, touches no service.

    Raises:
        UsageError: A configuration, scenario or range that is not valid.
    """
    try:
        world = load_config(request.config, scenario=request.scenario, seed=request.seed)
        start = request.start or world.start
        if start < world.start:
            raise UsageError(f"start {start} is before the world's first day {world.start}")
        if request.end is not None and request.end < start:
            raise UsageError(f"end {request.end} is before start {start}")
        end = request.end or min(start + timedelta(days=DEFAULT_DAYS - 1), max(world.end, start))
        config = load_config(request.config, scenario=request.scenario, seed=request.seed, end=end)
        check_range(config, start, end)
    except SimulationError as error:
        raise UsageError(str(error)) from None
    identity = World.simulated(config.seed, config.config_hash, code_hash(), config.start)
    return config, Run.of(identity, start, end)


def world_end(request: WorldRequest) -> date:
    """The last day that the configuration of a world names."""
    return load_config(request.config, scenario=request.scenario, seed=request.seed).end


def today(settings: Settings) -> date:
    """Today in Colombia."""
    return settings.today or (datetime.now(UTC) + _COLOMBIA).date()


def refuse_future(settings: Settings, *days: date | None) -> None:
    """Raise UsageError when a day that was asked for has not begun yet."""
    now = today(settings)
    for day in days:
        if day is not None and day > now:
            raise UsageError(f"day {day} is in the future: today is {now} in Colombia")


def run_facts(settings: Settings, config: SimulationConfig, request: WorldRequest) -> RunFacts:
    """What meta records beside the run's identity: the code's revision and the configuration."""
    path = (request.config or DEFAULT).resolve()
    root = settings.project_root
    origin = str(path.relative_to(root) if path.is_relative_to(root) else path)
    if request.scenario:
        origin += f", scenario {request.scenario}"
    return RunFacts(git_sha(settings), config.content, origin)


def git_sha(settings: Settings) -> str | None:
    """The revision of the code, as evidence beside a run; None outside of a repository."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=settings.project_root,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return None  # an image has no git
    return found.stdout.strip() or None
