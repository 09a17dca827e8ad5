"""Draws depend on their row and column alone, and choices follow their weights."""

import numpy as np
import pytest

from simulator.streams import (
    Entity,
    between,
    categorical,
    draws,
    happens,
    hashed,
    lognormal,
    mixed,
    pick,
    pick_low,
    tabulated,
    thresholds,
)

DAY = 739_495


def test_a_row_is_the_same_however_many_are_drawn() -> None:
    few, many = draws(42, Entity.CASE, DAY, 3, 5), draws(42, Entity.CASE, DAY, 900, 5)
    assert (many[:3] == few).all()


def test_these_draws_never_change() -> None:
    # The worlds that people have made hang on them.
    assert draws(42, Entity.CASE, DAY, 1, 3).tolist() == FIRST_DRAWS
    assert draws(2**64 - 1, Entity.ARRIVALS, DAY, 1, 1).tolist() == LARGEST_SEED


FIRST_DRAWS = [[6937099702864726132, 341375824887404377, 12683792184667489635]]
LARGEST_SEED = [[16367644057765764905]]


def test_seed_entity_and_day_each_make_another_stream() -> None:
    streams = [(42, Entity.CASE, DAY), (43, Entity.CASE, DAY), (42, Entity.TYPE, DAY)]
    streams.append((42, Entity.CASE, DAY + 1))
    assert len({draws(*stream, 1, 1).item() for stream in streams}) == len(streams)


@pytest.fixture(scope="module")
def raw() -> np.ndarray:
    return draws(7, Entity.CASE, DAY, 200_000, 1)[:, 0]


def test_categories_follow_their_weights(raw: np.ndarray) -> None:
    weights = np.array([38, 31, 0, 14, 17])
    shares = np.bincount(categorical(raw, thresholds(weights)), minlength=5) / len(raw)
    assert np.abs(shares - weights / 100).max() < 0.005
    assert shares[2] == 0


@pytest.mark.parametrize(("probability", "expected"), [(0.0, 0.0), (1.0, 1.0), (0.12, 0.12)])
def test_events_happen_as_often_as_they_should(
    raw: np.ndarray, probability: float, expected: float
) -> None:
    assert happens(raw, probability).mean() == pytest.approx(expected, abs=0.004)


def test_picks_cover_their_range_evenly(raw: np.ndarray) -> None:
    for chosen in (pick(raw, 7), pick_low(raw, 7), between(raw, 0, 6)):
        counts = np.bincount(chosen, minlength=7) / len(raw)
        assert np.abs(counts - 1 / 7).max() < 0.005


def test_durations_have_their_median_and_never_exceed_their_bound(raw: np.ndarray) -> None:
    lasting = tabulated(raw, lognormal(36_000.0, 0.6, 90_000.0))
    assert np.median(lasting) == pytest.approx(36_000, rel=0.01)
    assert lasting.max() == 90_000
    assert lasting.dtype == np.int64


def test_hashes_of_a_draw_are_the_columns_of_its_expansion(raw: np.ndarray) -> None:
    expanded = mixed(raw[:1_000], 4)
    for column in range(4):
        assert (hashed(raw[:1_000], np.full(1_000, column)) == expanded[:, column]).all()
    assert len(np.unique(expanded)) == expanded.size
