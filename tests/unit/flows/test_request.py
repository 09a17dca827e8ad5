"""What a run is asked for, as lists of runs show it."""

from datetime import date

from orchestration.flows.request import RunRequest

FIRST, LAST = date(2025, 9, 1), date(2025, 9, 3)


def test_a_request_is_titled_by_its_days() -> None:
    assert RunRequest(start=FIRST, end=FIRST).title == "2025-09-01"
    assert RunRequest(start=FIRST, end=LAST).title == "2025-09-01 to 2025-09-03"
    assert RunRequest(end=LAST).title == "first day to 2025-09-03"
    assert RunRequest(start=FIRST).title == "2025-09-01 to 30 days on"
