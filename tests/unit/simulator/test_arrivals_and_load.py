"""How many tickets come, and how long they queue."""

from datetime import date, timedelta

import numpy as np
import pytest

from simulator import arrivals
from simulator.business_time import OFFICE_DAY
from simulator.config import load_config
from simulator.load import Queues

START = date(2025, 9, 1)
DAYS = [START + timedelta(days=i) for i in range(181)]


@pytest.mark.parametrize("seed", [42, 7, 2_025])
def test_counts_in_a_spike_stay_between_three_and_four_thousand(seed: int) -> None:
    rule = load_config().world.arrivals
    counts = [
        arrivals.daily_count(rule, START, seed, START + timedelta(days=i))
        for i in range(800)
        if arrivals.spike_of(rule, START + timedelta(days=i))
    ]
    assert len(counts) > 20
    assert all(3_000 <= count <= 4_000 for count in counts)


def test_the_expected_volume_of_ordinary_days_is_the_configured_mean() -> None:
    rule = load_config().world.arrivals
    ordinary = [day for day in DAYS if arrivals.spike_of(rule, day) is None]
    mean = np.mean([arrivals.expected(rule, START, day) for day in ordinary])
    assert mean == pytest.approx(1_150, rel=1e-9)


def test_nobody_comes_before_the_world_begins() -> None:
    rule = load_config().world.arrivals
    assert arrivals.daily_count(rule, START, 42, START - timedelta(days=1)) == 0
    assert (Queues(load_config()).waits([START]) == 0).all()


def test_counts_have_the_mean_and_spread_of_a_negative_binomial() -> None:
    rule = load_config().world.arrivals
    day = date(2025, 10, 7)
    counts = np.array([arrivals.daily_count(rule, START, seed, day) for seed in range(2_000)])
    mean = arrivals.expected(rule, START, day)
    spread = (mean + mean**2 / rule.dispersion) ** 0.5
    assert abs(counts.mean() - mean) < 4 * spread / 2_000**0.5
    assert counts.std() == pytest.approx(spread, rel=0.07)


def test_a_wait_depends_on_its_own_day_alone() -> None:
    together = Queues(load_config()).waits(DAYS[60:90])
    for index, day in enumerate(DAYS[60:90]):
        assert (Queues(load_config()).waits([day])[0] == together[index]).all()


def test_a_spike_makes_a_queue_that_takes_days_to_work_off() -> None:
    queues = Queues(load_config())
    before = queues.waits([date(2025, 11, 7)])[0]
    after = queues.waits([date(2025, 11, 18), date(2025, 11, 20), date(2025, 12, 3)])
    assert (before < 0.8 * OFFICE_DAY).all()
    assert (after[0] > 1.5 * OFFICE_DAY).all()
    assert (after[0] > after[1]).all()
    assert (after[2] < 0.8 * OFFICE_DAY).all()
