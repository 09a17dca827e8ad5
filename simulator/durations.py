"""How long each stage of a case takes, in work seconds, before anything is placed in time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.case_draws import Draw
from simulator.cases import Cases, work_seconds
from simulator.config import SimulationConfig
from simulator.config.model import LogNormal
from simulator.streams import I64, U64, happens, lognormal, pick_low, tabulated

# Floors keep the small steps inside a stage in order.
_LEAST_STAGE = 60
_LEAST_MANAGEMENT = 3_600
_LEAST_HOLD = 3 * 3_600
_LEAST_CLOSING = 400


@dataclass(frozen=True)
class Durations:
    """Work seconds of shape (n,); a hold of 0 does not take place.

    Attributes:
        classify, assign, start, manage: The stages up to the answer.
        hold_first, hold_second: Pauses inside management.
        close: From RESPONDED to CLOSED.
    """

    classify: I64
    assign: I64
    start: I64
    manage: I64
    hold_first: I64
    hold_second: I64
    close: I64


def stage_durations(config: SimulationConfig, cases: Cases) -> Durations:
    """Draw the stages of each case, scaled by the calibrated constants and its queue's wait.

    What would last longer than `stages.longest` from radication to closing is shortened in all its
    stages alike, which bounds every life.
    """
    stages, hold = config.world.stages, config.world.hold
    scale = np.array(config.calibration.scale)[cases.pqrs_type]
    factor = np.array(stages.priority_factor)[cases.priority]
    manage = np.zeros(len(cases), dtype=np.int64)
    for index, median in enumerate(stages.manage):
        rows = np.flatnonzero(cases.pqrs_type == index)
        stage = LogNormal(median=median, sigma=stages.manage_sigma)
        manage[rows] = draw_duration(cases.raw(Draw.MANAGE)[rows], stage)
    complexity = LogNormal(median=1.0, sigma=stages.complexity_sigma)
    difficulty = draw_duration(cases.raw(Draw.COMPLEXITY), complexity) / work_seconds(1.0)
    first = draw_duration(cases.raw(Draw.HOLD_FIRST), hold.duration, hold.duration.most)
    second = draw_duration(cases.raw(Draw.HOLD_SECOND), hold.duration, hold.duration.most)
    is_held = happens(cases.raw(Draw.HOLD), hold.share)
    # The share's draw is spent up to the share; its low half decides on the second time.
    is_held_again = is_held & (pick_low(cases.raw(Draw.HOLD), 10_000) < hold.again * 10_000)
    closing = stages.respond_to_close
    return _bounded(
        config,
        Durations(
            classify=_scaled(cases, Draw.CLASSIFY, stages.classify, scale),
            assign=_scaled(cases, Draw.ASSIGN, stages.assign, scale) + _wait(config, cases),
            start=_scaled(cases, Draw.START, stages.start, scale),
            manage=_whole(manage * difficulty * factor * scale),
            hold_first=np.where(is_held, np.maximum(first, _LEAST_HOLD), 0),
            hold_second=np.where(is_held_again, np.maximum(second, _LEAST_HOLD), 0),
            close=draw_duration(cases.raw(Draw.CLOSE), closing, closing.most),
        ),
    )


def draw_duration(raw: U64, stage: LogNormal, most: float | None = None) -> I64:
    """Draw work seconds of a log-normal stage given in business days."""
    top = None if most is None else float(work_seconds(most))
    return tabulated(raw, lognormal(float(work_seconds(stage.median)), stage.sigma, top))


def _scaled(cases: Cases, column: Draw, stage: LogNormal, scale: npt.NDArray[np.float64]) -> I64:
    return _whole(draw_duration(cases.raw(column), stage) * scale)


def _wait(config: SimulationConfig, cases: Cases) -> I64:
    """Spread the queue's wait from half to one and a half, urgent cases first."""
    factor = np.array(config.world.load.priority_factor)[cases.priority]
    spread = 0.5 + pick_low(cases.raw(Draw.WAIT), 1_000) / 1_000
    return _whole(cases.wait * factor * spread)


def _whole(seconds: npt.NDArray[np.float64]) -> I64:
    return np.asarray(np.rint(seconds), dtype=np.int64)


def _bounded(config: SimulationConfig, drawn: Durations) -> Durations:
    longest = float(work_seconds(config.world.stages.longest))
    total = sum(vars(drawn).values())
    shrink = np.minimum(1.0, longest / np.maximum(total, 1))
    least = {"manage": _LEAST_MANAGEMENT, "close": _LEAST_CLOSING}
    least |= {"hold_first": 0, "hold_second": 0}
    return Durations(
        **{
            name: np.maximum((values * shrink).astype(np.int64), least.get(name, _LEAST_STAGE))
            for name, values in vars(drawn).items()
        }
    )
