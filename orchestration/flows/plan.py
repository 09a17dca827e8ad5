"""Which run a request means, and what is recorded beside it."""

import subprocess
from datetime import UTC, date, datetime, timedelta

from orchestration.errors import UsageError
from orchestration.flows.request import RunRequest, WorldRequest
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


def plan(request: RunRequest) -> tuple[SimulationConfig, Run]:
    """Which run a request means. Reads configuration alone, touches no service.

    Raises:
        UsageError: A configuration, scenario or range that is not valid.
    """
    try:
        world = load_config(request.config, scenario=request.scenario, seed=request.seed)
        start = request.start or world.start
        if start < world.start:
            raise UsageError(f"start {start} lies before the world's first day {world.start}")
        if request.end is not None and request.end < start:
            raise UsageError(f"end {request.end} lies before start {start}")
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
            raise UsageError(f"day {day} lies in the future: today is {now} in Colombia")


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
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"],
        cwd=settings.project_root,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or None
