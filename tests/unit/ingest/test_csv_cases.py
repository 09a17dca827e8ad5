"""Rows of a foreign CSV as cases: what is known, what follows, what is left to bronze."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from orchestration.ingest.cases import CaseReader
from orchestration.ingest.delivery import DeliveredFile, DeliveryError
from orchestration.ingest.mapping import MappingError, load_mapping
from orchestration.ingest.places import places

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "docs" / "ingest"
WORLD = UUID(int=5)


def reader(name: str) -> CaseReader:
    return CaseReader(load_mapping(EXAMPLES / f"{name}.yaml"), WORLD, places(ROOT))


def events_of(name: str, body: bytes | None = None) -> list[dict[str, Any]]:
    content = body if body is not None else (EXAMPLES / f"{name}.csv").read_bytes()
    file = DeliveredFile(f"{name}.csv", "csv", content, content)
    return [
        {**json.loads(event.line), "is_inferred": event.is_inferred}
        for event in reader(name).events(file)
    ]


def case(events: list[dict[str, Any]], external_id: str) -> list[dict[str, Any]]:
    ticket = next(
        event["ticket_id"] for event in events if event["data"].get("external_id") == external_id
    )
    found = [event for event in events if event["ticket_id"] == ticket]
    return sorted(found, key=lambda event: event["ts"])


def statuses(events: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    return [
        (event["data"]["status_to"], event["is_inferred"])
        for event in events
        if event["event_type"] == "STATUS_CHANGED"
    ]


def test_a_closed_case_walks_to_its_closing() -> None:
    found = case(events_of("pqrs_entidad"), "2025-0001")
    assert found[0]["event_type"] == "TICKET_CREATED"
    assert found[0]["ts"] == "2025-03-03T09:12:00.000000-05:00"
    assert found[0]["data"]["geo_municipio"] == "Bogotá, D.C."
    assert statuses(found) == [
        ("RADICATED", True),
        ("CLASSIFIED", True),
        ("ASSIGNED", True),
        ("IN_PROGRESS", True),
        ("RESPONDED", True),
        ("CLOSED", False),
    ]
    assert len({event["ts"] for event in found}) == len(found)


def test_an_open_case_stays_at_work() -> None:
    found = case(events_of("pqrs_entidad"), "2025-0003")
    assert statuses(found)[-1] == ("IN_PROGRESS", True)


def test_known_dates_are_not_inferred() -> None:
    found = case(events_of("complaints_311"), "70001")
    assert [status for status, inferred in statuses(found) if not inferred] == [
        "RADICATED",
        "RESPONDED",
        "CLOSED",
    ]
    roles = [e["data"]["role"] for e in found if e["event_type"] == "MESSAGE_ADDED"]
    assert roles == ["citizen", "agent"]


def test_the_same_row_is_the_same_events() -> None:
    assert events_of("complaints_311") == events_of("complaints_311")
    ids = [event["event_id"] for event in events_of("complaints_311")]
    assert len(set(ids)) == len(ids)


def test_a_value_that_the_mapping_does_not_know_is_left_to_bronze() -> None:
    body = (EXAMPLES / "pqrs_entidad.csv").read_bytes()
    changed = body.replace(b"Queja", b"Tutela").replace(b"03/03/2025 09:12", b"manana")
    found = events_of("pqrs_entidad", changed)
    assert case(found, "2025-0002")[0]["data"]["pqrs_type"] == "Tutela"
    assert [e["ts"] for e in case(found, "2025-0001")] == ["manana"]


def test_a_missing_column_and_a_wrong_encoding_are_named() -> None:
    with pytest.raises(DeliveryError, match="Asunto"):
        events_of("pqrs_entidad", b"Radicado;Tipo\n1;Queja\n")
    with pytest.raises(DeliveryError, match="byte 0"):
        events_of("pqrs_entidad", b"\xff\xfe")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1", "no YAML"),
        ("version: 2", "version"),
        ("version: 1\nname: a\nunknown: 1", "Field required|unknown"),
        ("", "the file"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(content)
    with pytest.raises(MappingError, match=said):
        load_mapping(path)
