"""Reading a configuration: base file, scenario over it, overrides of the command line on top."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from simulator.config.model import Strict
from simulator.config.process import Calibration, World
from simulator.errors import ConfigError, RangeError
from simulator.seeds import calendar_range, last_usable_day, policy_names

FOLDER = Path(__file__).parent
DEFAULT = FOLDER / "pqrs_simulation_v1.yaml"
CALIBRATION = FOLDER / "pqrs_calibration_v1.yaml"
SCENARIOS = FOLDER / "scenarios"
_MOST_BYTES = 1_000_000

# No case lives longer, from creation to archive; measured against every day of the calendar by the
# tests. Cases created later than this before the calendar's end would leave it.
LONGEST_LIFE_DAYS = 91

Model = TypeVar("Model", bound=Strict)


@dataclass(frozen=True)
class SimulationConfig:
    """A validated configuration.

    Attributes:
        world: Every parameter.
        calibration: The calibrated constants.
        end: Last day of the range asked for; no part of the world's identity.
    """

    world: World
    calibration: Calibration
    end: date

    @property
    def seed(self) -> int:
        """The seed of every random stream."""
        return self.world.seed

    @property
    def start(self) -> date:
        """First day of the world."""
        return self.world.date_range.start

    @property
    def content(self) -> dict[str, Any]:
        """What the identity of the world covers, seed apart, as plain JSON values."""
        world = self.world.model_dump(mode="json")
        del world["seed"], world["date_range"]["end"]
        if self.world.version == 1:
            # What version 1 was before there was another.
            del world["version"], world["handling"]
        return {"world": world, "calibration": self.calibration.model_dump(mode="json")}

    @property
    def config_hash(self) -> str:
        """SHA-256 over `content`; the seed and the end of the range are left out."""
        text = json.dumps(self.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def with_scale(self, scale: tuple[float, ...]) -> "SimulationConfig":
        """Return the same configuration with other calibrated constants, by type."""
        return replace(self, calibration=self.calibration.model_copy(update={"scale": scale}))

    def with_seed(self, seed: int) -> "SimulationConfig":
        """Return the same configuration with another seed."""
        return replace(self, world=self.world.model_copy(update={"seed": seed}))


def scenarios() -> list[str]:
    """Return the names of the scenarios that ship with the simulator."""
    return sorted(path.stem for path in SCENARIOS.glob("*.yaml"))


def load_config(
    path: Path | None = None,
    *,
    scenario: str | None = None,
    seed: int | None = None,
    start: date | None = None,
    end: date | None = None,
) -> SimulationConfig:
    """Read and validate a configuration.

    Args:
        path: A whole configuration file; the default world's when None.
        scenario: Name of an overlay (see `scenarios()`): its keys replace the file's.
        seed: Replaces the file's seed.
        start: Replaces the world's first day.
        end: Replaces the last day of the range.

    Raises:
        ConfigError: A file, key or value that cannot be used; the message names it.
        RangeError: Days outside the business calendar.
    """
    source = path or DEFAULT
    content = read_yaml(source)
    if scenario is not None:
        if scenario not in scenarios():
            raise ConfigError(f"scenario {scenario!r} is none of {', '.join(scenarios())}")
        content = overlaid(content, read_yaml(SCENARIOS / f"{scenario}.yaml"))
    days = content.get("date_range")
    if isinstance(days, dict):
        chosen = {"start": start, "end": end}
        content["date_range"] = days | {k: v for k, v in chosen.items() if v is not None}
    if seed is not None:
        content["seed"] = seed
    world = validated(World, content, source)
    _check_seeds(world, source)
    calibration = validated(Calibration, read_yaml(CALIBRATION), CALIBRATION)
    return SimulationConfig(world=world, calibration=calibration, end=world.date_range.end)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping.

    Raises:
        ConfigError: No such file, no YAML, or no mapping.
    """
    try:
        content = yaml.safe_load(_text(path))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError, OverflowError) as error:
        # Of a date or number that is none the parser says ValueError.
        reason = " ".join(str(error).split())
        raise ConfigError(f"configuration {path} cannot be read: {reason}") from None
    except RecursionError:
        raise ConfigError(f"configuration {path} cannot be read: nested too deep") from None
    if not isinstance(content, dict):
        raise ConfigError(f"configuration {path} must be a mapping, got {type(content).__name__}")
    return content


def _text(path: Path) -> str:
    # A pipe or a device may never end.
    if not path.is_file():
        what = "is not a file" if path.exists() else "does not exist"
        raise ConfigError(f"configuration {path} {what}")
    if path.stat().st_size > _MOST_BYTES:
        raise ConfigError(f"configuration {path} has more than {_MOST_BYTES:,} bytes")
    return path.read_text(encoding="utf-8")


def overlaid(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with the keys of `overlay` in their place, mappings merged level by level."""
    merged = dict(base)
    for key, value in overlay.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = overlaid(below, value)
        else:
            merged[key] = value
    return merged


def validated(model: type[Model], content: Mapping[str, Any], source: Path) -> Model:
    """Validate content against a model.

    Raises:
        ConfigError: Naming the file, the parameter, the value and what is wrong, one a line.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = [
            f"{source.name}: {'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}"
            + ("" if item["type"] == "missing" else f" (got {str(item['input'])[:80]})")
            for item in error.errors()
        ]
        raise ConfigError("\n".join(problems)) from None


def _check_seeds(world: World, source: Path) -> None:
    if world.sla.policy not in policy_names():
        raise ConfigError(
            f"{source.name}: sla.policy {world.sla.policy!r} is none of {policy_names()}"
        )
    first, last = calendar_range()[0], last_usable_day(LONGEST_LIFE_DAYS)
    days = world.date_range
    if days.start < first or days.end > last:
        raise RangeError(
            f"date_range {days.start}..{days.end} leaves {first}..{last}, the days whose cases "
            "end within the business calendar"
        )
