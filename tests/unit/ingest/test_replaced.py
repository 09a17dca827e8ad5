"""What is said of cases that the world holds already when a delivery names them."""

from datetime import date
from pathlib import Path

from orchestration.ingest.replaced import said_of_world
from orchestration.ingest.world import HeldCase
from tests.unit.ingest.delivering import delivered, row

DAY = date(2025, 3, 3)


def test_cases_of_the_world_are_counted_and_what_they_lose_is_named(tmp_path: Path) -> None:
    prepared = delivered(tmp_path, [row("A-1"), row("A-2", closed=""), row("A-3", closed="")])
    held = {
        str(case.ticket): HeldCase(case.name, source, DAY, frozenset(), is_answered)
        for case, source, is_answered in zip(
            prepared.cases, ("chat", "call", "chat"), (True, True, False), strict=True
        )
    }
    assert list(said_of_world(prepared, held, {})) == [
        "in the world already, so that what is delivered now counts: 3 cases (A-1, A-2, A-3)",
        "of another channel than in the world, so perhaps not the same:"
        " 1 case (A-2: call, now chat)",
        "answered or closed in the world, open now: 1 case (A-2)",
    ]
    assert list(said_of_world(prepared, {}, {})) == []


def test_events_without_a_creation_are_named(tmp_path: Path) -> None:
    lines = [
        b'{"event_id":"%08d-0000-4000-8000-000000000000","ticket_id":"%08d-0000-4000-8000-00000000'
        b'000a","event_type":"%s","ts":"2025-03-03T15:00:00Z","data":{}}\n' % (number, case, kind)
        for number, case, kind in (
            (1, 1, b"TICKET_CREATED"), (2, 1, b"MESSAGE_ADDED"), (3, 2, b"MESSAGE_ADDED"),
            (4, 3, b"MESSAGE_ADDED"),
        )
    ]  # fmt: skip
    prepared = delivered(tmp_path, b"".join(lines), name="events.jsonl")
    known = "00000003-0000-4000-8000-00000000000a"
    held = {known: HeldCase("Q-3", "chat", DAY, frozenset(), is_answered=False)}
    assert list(said_of_world(prepared, held, {})) == [
        "events of 1 case (00000002-0000-4000-8000-00000000000a) whose creation is neither"
        " delivered nor in the world: silver leaves them out until it is"
    ]
