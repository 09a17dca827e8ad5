"""Which days are future, which differences of two worlds are named."""

from dataclasses import replace
from datetime import date

import pytest

from orchestration.errors import UsageError
from orchestration.flows.backfill import chunks
from orchestration.flows.continuity import differences
from orchestration.flows.request import BackfillRequest, refuse_future, today
from orchestration.settings import load_settings


def test_today_is_what_the_settings_say() -> None:
    settings = load_settings({"PQR_TODAY": "2025-09-04"})
    assert today(settings) == date(2025, 9, 4)
    refuse_future(settings, None, date(2025, 9, 4))
    with pytest.raises(UsageError, match="2025-09-05 is in the future: today is 2025-09-04"):
        refuse_future(settings, date(2025, 9, 5))
    assert today(replace(settings, today=None)) > date(2025, 9, 4)


def test_a_day_that_is_none_is_named() -> None:
    with pytest.raises(UsageError, match="PQR_TODAY=soon"):
        load_settings({"PQR_TODAY": "soon"})


def test_differences_are_named_by_their_path_with_both_values() -> None:
    old = {"world": {"arrivals": {"mean_per_day": 1150, "spikes": 2}, "same": [1, 2]}}
    new = {"world": {"arrivals": {"mean_per_day": 1151}, "same": [1, 2], "more": "x"}}
    assert list(differences(old, new)) == [
        "arrivals.mean_per_day: 1150 -> 1151",
        "arrivals.spikes: 2 -> nothing",
        'more: nothing -> "x"',
    ]


def test_a_range_is_cut_into_runs_without_gap_or_overlap() -> None:
    request = BackfillRequest(start=date(2025, 9, 1), end=date(2025, 9, 7), chunk_days=3)
    cuts = [(item.start, item.end) for item in chunks(request)]
    assert cuts == [
        (date(2025, 9, 1), date(2025, 9, 3)),
        (date(2025, 9, 4), date(2025, 9, 6)),
        (date(2025, 9, 7), date(2025, 9, 7)),
    ]
    with pytest.raises(UsageError, match="end 2025-08-31"):
        chunks(request.model_copy(update={"end": date(2025, 8, 31)}))
