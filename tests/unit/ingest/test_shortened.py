"""Which days a run covers so that cases that lose events are built again."""

from datetime import date

import pytest

from orchestration.ingest.landing import days_of_shortened

CREATED, CLOSED = date(2025, 3, 3), date(2025, 4, 10)
ON_CREATION, ON_CLOSING = f"source=chat/day={CREATED}", f"source=chat/day={CLOSED}"
LATER = date(2025, 4, 15)


@pytest.mark.parametrize(
    ("left", "changed", "days"),
    [
        ({CREATED}, {ON_CLOSING}, {CREATED}),
        ({CREATED}, {ON_CLOSING, ON_CREATION}, set()),
        ({CREATED, LATER}, {ON_CLOSING, f"source=chat/day={LATER}"}, set()),
        ({LATER}, {ON_CLOSING}, {LATER}),
        (set(), {ON_CLOSING, ON_CREATION}, set()),
    ],
    ids=["taken back", "built anyway", "moved", "only later ones", "nothing left"],
)
def test_a_case_that_loses_events_is_built_again(
    left: set[date], changed: set[str], days: set[date]
) -> None:
    assert days_of_shortened([left], changed) == days
    assert days_of_shortened([], changed) == set()
