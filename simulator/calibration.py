"""Fitting the constants: how far each type's stages stretch so that the breach target comes out.

Fitted once per configuration, on seeds that no world uses, with the code that simulates and on the
rule that gold reports: date rule, pauses excluded, queues included, cohort due by the last day. A
share of late cases grows with the scale, so bisection finds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from simulator.cases import Cases
from simulator.config import SimulationConfig
from simulator.config.load import CALIBRATION
from simulator.config.model import TYPES
from simulator.errors import CalibrationError
from simulator.life import live
from simulator.sla import outcome
from simulator.world import Machinery

SEEDS = (900_001, 900_002, 900_003, 900_004)
_LOWEST, _HIGHEST = 0.05, 8.0
_STEPS = 16
_DECIMALS = 4
_TOLERANCE = 0.005

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """Fitted constants and what they give.

    Attributes:
        scale: By type.
        by_type: Share of late cases by type, over all seeds.
        overall: Share of late cases.
    """

    scale: tuple[float, ...]
    by_type: tuple[float, ...]
    overall: float


def calibrate(config: SimulationConfig, seeds: Sequence[int] = SEEDS) -> Fit:
    """Fit the scale of each type to the configuration's breach target.

    Raises:
        CalibrationError: No scale reaches the target for some type.
    """
    target = config.world.sla.breach_target
    worlds = [opened(config.with_seed(seed)) for seed in seeds]
    low, high = np.full(len(TYPES), _LOWEST), np.full(len(TYPES), _HIGHEST)
    for _ in range(_STEPS):
        middle = np.sqrt(low * high)
        is_high = shares_late(worlds, middle)[0] > target
        high, low = np.where(is_high, middle, high), np.where(is_high, low, middle)
    scale = np.round(np.sqrt(low * high), _DECIMALS)
    by_type, overall = shares_late(worlds, scale)
    for name, found, share in zip(TYPES, scale.tolist(), by_type.tolist(), strict=True):
        if abs(share - target) > _TOLERANCE:
            raise CalibrationError(
                f"breach_target {target} cannot be reached for type {name}: "
                f"scale {found} gives {share:.4f}"
            )
    return Fit(tuple(scale.tolist()), tuple(by_type.tolist()), overall)


def write_constants(fit: Fit, path: Path = CALIBRATION) -> None:
    """Write the fitted constants where `load_config` reads them."""
    head = "".join(
        line
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True)
        if line.startswith("#")
    )
    constants = ", ".join(f"{name}: {k}" for name, k in zip(TYPES, fit.scale, strict=True))
    path.write_text(f"{head}scale: {{{constants}}}\n", encoding="utf-8")


World = tuple[Machinery, list[Cases]]


def last_day(config: SimulationConfig) -> date:
    """Return the last day of the reference days."""
    return config.start + timedelta(days=config.world.arrivals.reference_days - 1)


def opened(config: SimulationConfig) -> World:
    """Draw all cases of the reference days."""
    machinery, last = Machinery(config), last_day(config)
    step = 30
    firsts = range(0, (last - config.start).days + 1, step)
    spans = [config.start + timedelta(days=n) for n in firsts]
    return machinery, [
        machinery.open(first, min(first + timedelta(days=step - 1), last)) for first in spans
    ]


def shares_late(worlds: Sequence[World], scale: Floats) -> tuple[Floats, float]:
    """Return the share of late cases by type and overall, of those due by the last day."""
    due, late = np.zeros(len(TYPES)), np.zeros(len(TYPES))
    for machinery, parts in worlds:
        config = machinery.config.with_scale(tuple(scale.tolist()))
        for cases in parts:
            lives = live(config, machinery.cases, cases)
            judged = outcome(cases, lives.at, config.world.sla.policy, last_day(config))
            kinds = cases.pqrs_type[judged.is_due]
            due += np.bincount(kinds, minlength=len(TYPES))
            kinds = cases.pqrs_type[judged.is_due & judged.is_late]
            late += np.bincount(kinds, minlength=len(TYPES))
    return late / np.maximum(due, 1), float(late.sum() / max(due.sum(), 1))
