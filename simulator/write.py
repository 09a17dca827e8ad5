"""Writing a range of days into a local folder; committing to the lake is not done here."""

from datetime import date
from pathlib import Path

from simulator.config import SimulationConfig
from simulator.errors import TargetError
from simulator.world import RawObject, simulate


def write_folder(config: SimulationConfig, first: date, last: date, target: Path) -> list[Path]:
    """Write `source=S/day=D/events.jsonl` for every source and day; replaces what is there.

    Raises:
        TargetError: The folder cannot be written; found out before anything is simulated.
        RangeError: Days outside the world.
    """
    _check_target(target)
    return [write_object(raw, target) for raw in simulate(config, first, last)]


def write_object(raw: RawObject, target: Path) -> Path:
    """Write one raw object below a folder and return its path."""
    path = target / f"source={raw.source}" / f"day={raw.day}" / "events.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw.payload)
    return path


def _check_target(target: Path) -> None:
    probe = target / ".writable"
    try:
        target.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise TargetError(f"target {target} cannot be written: {error.strerror}") from None
