"""Gold against the independent recomputation, cell by cell."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from awkward_cases import FIRST as AWKWARD_FIRST
from awkward_cases import LAST as AWKWARD_LAST
from awkward_cases import awkward_lines
from awkward_handling import FIRST as HANDLING_FIRST
from awkward_handling import LAST as HANDLING_LAST
from awkward_handling import handling_lines
from check_run import compare
from lake_world import LakeWorld
from periods import PeriodOracle
from raw_lines import Line
from recomputation import Oracle, Table
from small_worlds import handled_cases, lines_of

from orchestration.settings import Settings

# dbt leaves its log files to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

FIRST = date(2025, 12, 1)


def assert_agrees(lake: Settings, world: LakeWorld, expected: dict[str, Table]) -> int:
    """Every row and every cell that the oracle knows; gives the number of cells."""
    cells, differing = compare(lake, world.world.world_id, expected)
    assert differing == 0
    return cells


def random_lines(
    days: int = 45, count: int = 400, seed: int = 7, first: date = FIRST
) -> list[Line]:
    cases = handled_cases(count, first, days, seed)
    return lines_of(cases, first, first + timedelta(days=days - 1))


@pytest.mark.slow
def test_random_world_agrees_with_the_oracle_in_every_cell(lake: Settings, tmp_path: Path) -> None:
    last = FIRST + timedelta(days=44)
    lines = random_lines()
    world = LakeWorld(lake, tmp_path, FIRST)
    world.run(FIRST, last, lines)
    oracle = PeriodOracle(lines)
    cells = assert_agrees(lake, world, oracle.kpis(FIRST, last))
    assert cells > 30_000
    extensions = [days for case in oracle.cases.values() for _, days in case.extensions]
    assert min(extensions.count(0), len(extensions) - extensions.count(0)) > 20


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(20))
def test_twenty_random_worlds_agree(lake: Settings, tmp_path: Path, seed: int) -> None:
    # A quarter and a half-year end in each, after more or fewer of its days.
    first = date(2025, 12, 12) + timedelta(days=seed)
    last = first + timedelta(days=19)
    lines = random_lines(20, 120, 100 + seed, first)
    world = LakeWorld(lake, tmp_path, first)
    world.run(first, last, lines)
    expected = PeriodOracle(lines).kpis(first, last)
    assert {day for day, _ in expected["report_semester"]} == {date(2025, 12, 31)}
    assert_agrees(lake, world, expected)


def test_awkward_outcomes_terms_and_offices_agree_with_the_oracle_and_with_the_hand(
    lake: Settings, tmp_path: Path
) -> None:
    lines = handling_lines()
    world = LakeWorld(lake, tmp_path, HANDLING_FIRST)
    world.run(HANDLING_FIRST, HANDLING_LAST, lines)
    oracle = PeriodOracle(lines)
    assert_agrees(lake, world, oracle.kpis(HANDLING_FIRST, HANDLING_LAST))
    tickets = {row["external_id"]: row for row in world.read("silver", "tickets")}
    assert len(tickets) == 25
    for external_id, expected in HANDLED_BY_HAND.items():
        found = {name: str(tickets[external_id][name]) for name in expected}
        assert found == expected, external_id
    refused = {
        (row["day"].isoformat(), row["refusal"])
        for row in world.read("silver", "term_extensions")
        if not row["is_valid"]
    }
    assert refused == {
        ("2025-12-29", "TERM_OVER"),
        ("2025-12-18", "OVER_THE_MAXIMUM"),
        ("2026-01-05", "TERM_OVER"),
        ("2025-12-18", "CASE_NOT_OPEN"),
        ("2025-12-15", "NOT_RADICATED"),
        ("2025-12-22", "OVER_THE_MAXIMUM"),
    }


@pytest.mark.slow
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
# The term of 8 days from Tuesday 16 ends with Friday 26 December, without the 25th.
HANDLED_BY_HAND = {
    "PQR-000002": {"outcome": "TRANSFERRED", "is_late": "False"},
    "PQR-000006": {"outcome": "ANSWERED", "reopen_count": "1", "is_one_touch": "False"},
    "PQR-000007": {"outcome": "WITHDRAWN", "hold_count": "1"},
    # Five more: 29, 30 and 31 December, 2 and 5 January.
    "PQR-000010": {"extended_days": "5", "sla_due_day": "2026-01-05", "is_late": "False"},
    "PQR-000011": {"extended_days": "0", "sla_due_day": "2025-12-26", "is_late": "True"},
    "PQR-000012": {"sla_days": "9", "sla_due_day": "2025-12-29"},
    # Eight more: the last is Thursday 8 January.
    "PQR-000013": {"sla_days": "16", "extensions_count": "2", "sla_due_day": "2026-01-08"},
    # On hold for three business days, four more: seven after Friday 26.
    "PQR-000014": {"sla_days": "12", "sla_due_day": "2026-01-07"},
    "PQR-000015": {"sla_days": "8", "extended_days": "0"},
    "PQR-000016": {"sla_days": "16", "extensions_count": "1"},
    "PQR-000017": {"sla_days": "20", "extensions_count": "1"},
    "PQR-000018": {"sla_days": "16", "extensions_count": "2"},
    "PQR-000020": {"dependencia_id": "D2", "handoffs_count": "1", "is_one_touch": "True"},
    "PQR-000021": {"dependencia_id": "D2", "agent_id": "AG-0002", "handoffs_count": "2"},
    "PQR-000022": {"dependencia_id": "D1", "handoffs_count": "0", "is_one_touch": "False"},
    "PQR-000023": {"is_one_touch": "False", "agent_messages_count": "2"},
    "PQR-000030": {"petitioner_is_anonymous": "True", "petitioner_kind": "None"},
    "PQR-000032": {"petitioner_is_anonymous": "False", "petitioner_kind": "juridica"},
}
