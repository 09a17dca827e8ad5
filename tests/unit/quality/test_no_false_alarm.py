"""Ten clean worlds, at several lengths: chance alone leaves no limit of volume or shares."""

import math
from collections import Counter
from datetime import date, timedelta

import pytest

from orchestration.quality.comparison import Comparison
from orchestration.quality.verdicts import load_policy
from orchestration.run import Run, World
from simulator.arrivals import expected
from simulator.config import load_config
from simulator.config.model import PRIORITIES, TYPES
from simulator.world import truth

SEEDS = range(101, 111)
LENGTHS = (1, 2, 3, 7, 30)


def created(seed: int) -> list[tuple[date, str, str]]:
    config = load_config(seed=seed)
    table = truth(config, config.start, config.start + timedelta(days=max(LENGTHS) - 1))
    names = ("created_day", "filed_type", "filed_priority")
    return sorted(zip(*(table.column(name).to_pylist() for name in names), strict=True))


def divergence(values: list[str], shares: dict[str, float]) -> float:
    counts = Counter(values)
    return sum(
        counts[name] / len(values) * math.log(counts[name] / len(values) / share)
        for name, share in shares.items()
        if counts[name]
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_chance_alone_leaves_no_limit(seed: int) -> None:
    cases = created(seed)
    for length in LENGTHS:
        start = cases[0][0]
        last = start + timedelta(days=length - 1)
        judge(seed, last, [case for case in cases if case[0] <= last])


def judge(seed: int, last: date, cases: list[tuple[date, str, str]]) -> None:
    config = load_config(seed=seed)
    start = config.start
    run = Run.of(World.simulated(seed, "config", "code", start), start, last)
    mean = sum(expected(config.world.arrivals, start, day) for day in run.days)
    comparison = Comparison(run, mean)
    policy = load_policy()

    volume = policy.limit("silver", "tickets", "volume_to_expected_pct", run.date_max)
    allowed = volume.widened(comparison.allowance("volume_to_expected_pct"), 100.0)
    assert allowed.allows(100.0 * len(cases) / mean)
    for name, column, members in (("pqrs_type", 1, TYPES), ("priority", 2, PRIORITIES)):
        shares = dict(zip(members, getattr(config.world.case, name), strict=True))
        limit = policy.limit("silver", "tickets", f"{name}_shares", run.date_max)
        wide = limit.widened(comparison.allowance(f"{name}_shares", len(cases), len(shares)))
        assert wide.allows(divergence([case[column] for case in cases], shares))
