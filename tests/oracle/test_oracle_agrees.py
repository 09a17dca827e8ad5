"""Gold against the independent recomputation, cell by cell."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from awkward_cases import FIRST as AWKWARD_FIRST
from awkward_cases import LAST as AWKWARD_LAST
from awkward_cases import awkward_lines
from check_run import compare
from lake_world import LakeWorld
from raw_lines import Line
from recomputation import Oracle, Table
from small_worlds import lines_of, random_cases

from orchestration.settings import Settings

# dbt leaves its log files to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

FIRST = date(2025, 12, 1)


def assert_agrees(lake: Settings, world: LakeWorld, expected: dict[str, Table]) -> int:
    """Every row and every cell that the oracle knows; gives the number of cells."""
    cells, differing = compare(lake, world.world.world_id, expected)
    assert differing == 0
    return cells


def random_lines(days: int = 45, count: int = 400, seed: int = 7) -> list[Line]:
    cases = random_cases(count, FIRST, days, seed)
    return lines_of(cases, FIRST, FIRST + timedelta(days=days - 1))


def test_random_world_agrees_with_the_oracle_in_every_cell(lake: Settings, tmp_path: Path) -> None:
    last = FIRST + timedelta(days=44)
    lines = random_lines()
    world = LakeWorld(lake, tmp_path, FIRST)
    world.run(FIRST, last, lines)
    cells = assert_agrees(lake, world, Oracle(lines).kpis(FIRST, last))
    assert cells == 4_320


def test_awkward_world_agrees_with_the_oracle_and_with_the_hand(
    lake: Settings, tmp_path: Path
) -> None:
    lines = awkward_lines()
    world = LakeWorld(lake, tmp_path, AWKWARD_FIRST)
    world.run(AWKWARD_FIRST, AWKWARD_LAST, lines, with_tests=True)
    oracle = Oracle(lines)
    assert_agrees(lake, world, oracle.kpis(AWKWARD_FIRST, AWKWARD_LAST))
    assert oracle.rejected == {
        "DUP_EVENT_SAME_PAYLOAD": 2,
        "DUP_EVENT_CONFLICT": 1,
        "DUP_CREATION": 1,
        "ORPHAN_EVENT": 5,
    }
    tickets = {row["external_id"]: row for row in world.read("silver", "tickets")}
    assert len(tickets) == 24
    for external_id, expected in BY_HAND.items():
        found = {name: str(tickets[external_id][name]) for name in expected}
        assert found == expected, external_id


# Worked out with a calendar and a pencil: instants in UTC, five hours after Colombian time.
BY_HAND = {
    "PQR-000002": {"created_day": "2025-12-15", "radicated_at": "None", "sla_due_at": "None"},
    "PQR-000003": {
        "created_day": "2025-12-16",
        "first_response_at": "2025-12-16 05:00:00.000001+00:00",
    },
    "PQR-000010": {"sla_first_day": "2025-12-22", "sla_due_day": "2026-01-06", "is_late": "False"},
    "PQR-000011": {"sla_elapsed_seconds": str(10 * 86400 + 1), "is_late": "True"},
    # A day off adds nothing: exactly the term, and in time.
    "PQR-000012": {"sla_elapsed_seconds": str(10 * 86400), "is_late": "False"},
    "PQR-000013": {"radicated_day": "2026-01-13", "sla_first_day": "2026-01-14"},
    "PQR-000014": {"radicated_day": "2025-12-31", "sla_first_day": "2026-01-02"},
    # On hold from Wednesday 17 at 12:00 to Wednesday 7 January at 12:00: 13 business days. Due on
    # 26 December without the hold; with it, on Friday 16 January.
    "PQR-000020": {"sla_due_day": "2026-01-16", "hold_count": "1", "is_late": "False"},
    "PQR-000023": {"closings_count": "2", "reopen_count": "1", "current_status": "CLOSED"},
    "PQR-000024": {"closings_count": "2", "current_status": "REOPENED", "closed_at": "None"},
    "PQR-000030": {"current_status": "CLASSIFIED", "invalid_transitions_count": "1"},
    "PQR-000031": {"current_status": "RECEIVED", "invalid_transitions_count": "1"},
    "PQR-000032": {"current_status": "RECEIVED", "first_response_at": "2025-12-15 14:00:00+00:00"},
    "PQR-000034": {"pqrs_type": "P", "created_day": "2025-12-15"},
    "PQR-000036": {"first_response_at": "None", "messages_count": "1"},
}
