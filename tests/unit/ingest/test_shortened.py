"""Which days a run covers so that cases that lose events are built again."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.ingest.landing import days_of_shortened
from orchestration.ingest.world import HeldCase
from tests.unit.ingest.delivering import delivered, row

CREATED = "source=chat/day=2025-03-03"
CLOSED = "source=chat/day=2025-04-10"


@pytest.mark.parametrize(
    ("closed", "changed", "days"),
    [
        ("", {CLOSED}, {date(2025, 3, 3)}),
        ("", {CLOSED, CREATED}, set()),
        ("", {"source=chat/day=2025-04-11"}, set()),
        ("15/04/2025 10:00", {CLOSED, "source=chat/day=2025-04-15"}, set()),
    ],
    ids=["taken back", "built anyway", "of other cases", "moved"],
)
def test_a_case_that_loses_events_is_built_again(
    tmp_path: Path, closed: str, changed: set[str], days: set[date]
) -> None:
    cases = delivered(tmp_path, [row("A-1", closed=closed)]).cases
    partitions = frozenset({CREATED, CLOSED})
    held = {str(cases[0].ticket): HeldCase("A-1", "chat", date(2025, 3, 3), partitions, True)}
    assert days_of_shortened(cases, held, changed) == days
    assert days_of_shortened(cases, {}, changed) == set()
