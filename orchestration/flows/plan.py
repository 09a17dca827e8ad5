"""Which run a request means, and what is recorded beside it."""

import subprocess
from datetime import timedelta

from orchestration.errors import UsageError
from orchestration.flows.request import RunRequest
from orchestration.meta.control import RunFacts
from orchestration.run import Run, World
from orchestration.settings import Settings
from simulator.config import SimulationConfig, load_config
from simulator.errors import SimulationError
from simulator.world import check_range, code_hash

DEFAULT_DAYS = 30


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


def run_facts(settings: Settings, config: SimulationConfig) -> RunFacts:
    """What meta records beside the run's identity: the code's revision and the configuration."""
    return RunFacts(_git_sha(settings), config.content)


def _git_sha(settings: Settings) -> str | None:
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"],
        cwd=settings.project_root,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or None
