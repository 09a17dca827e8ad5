"""The default world of 30 days in one run, in thirty, and on 1, 2 or 8 workers: the same sums."""

import hashlib
import random
from datetime import date, timedelta

import pytest
from distributed import Client, LocalCluster

from simulator.config import load_config
from simulator.world import blocks, simulate

FIRST = date(2025, 9, 1)
DAYS = [FIRST + timedelta(days=i) for i in range(30)]
Sums = dict[tuple[str, str], str]


def sums(first: date, last: date) -> Sums:
    return {
        (raw.source, raw.day.isoformat()): hashlib.sha256(raw.payload).hexdigest()
        for raw in simulate(load_config(), first, last)
    }


@pytest.fixture(scope="module")
def whole() -> Sums:
    found = sums(DAYS[0], DAYS[-1])
    assert len(found) == 150
    return found


@pytest.mark.slow
def test_thirty_runs_of_a_day_in_any_order_are_one_run_of_thirty_days(whole: Sums) -> None:
    shuffled = random.Random(3).sample(DAYS, len(DAYS))
    daily = [sums(day, day) for day in shuffled]
    assert {key: found for part in daily for key, found in part.items()} == whole


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 8])
@pytest.mark.filterwarnings("ignore")
def test_any_number_of_workers_gives_the_same_sums(workers: int, whole: Sums) -> None:
    parts = blocks(load_config(), DAYS[0], DAYS[-1], max(2, workers))
    random.Random(workers).shuffle(parts)
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        found = client.gather([client.submit(sums, a, b, pure=False) for a, b in parts])
    assert {key: value for part in found for key, value in part.items()} == whole
