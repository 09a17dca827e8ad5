"""The raw contract: every simulated event validates, and what breaks it does not."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from simulator.config import load_config
from simulator.world import simulate

SCHEMA = Path(__file__).resolve().parents[2] / "simulator" / "contracts" / "RAW-PQRS.schema.json"
CREATED = {
    "external_id", "source_channel", "pqrs_type", "subtype", "priority", "geo_region",
    "geo_municipio", "geo_code", "petitioner",
}  # fmt: skip


@pytest.fixture(scope="module")
def validator() -> jsonschema_rs.Draft202012Validator:
    content = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return jsonschema_rs.Draft202012Validator(content, validate_formats=True)


def lines(first: date, last: date) -> list[bytes]:
    objects = simulate(load_config(), first, last)
    return [line for raw in objects for line in raw.payload.splitlines()]


@pytest.fixture(scope="module")
def events() -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(date(2025, 9, 1), date(2025, 9, 12))]


def test_every_event_of_some_days_validates(
    validator: jsonschema_rs.Draft202012Validator, events: list[dict[str, Any]]
) -> None:
    wrong = [event for event in events if not validator.is_valid(event)]
    assert not wrong, list(validator.iter_errors(wrong[0]))


@pytest.mark.slow
def test_every_event_of_the_180_day_world_validates(
    validator: jsonschema_rs.Draft202012Validator,
) -> None:
    config, number = load_config(), 0
    for raw in simulate(config, config.start, config.end):
        for line in raw.payload.splitlines():
            number += 1
            if not validator.is_valid(json.loads(line)):
                pytest.fail(f"{raw.source} {raw.day}: {line.decode()}")
    assert number > 2_000_000
    print(f"\n{number:,} events validate")


def test_an_event_of_the_contract_before_still_validates(
    validator: jsonschema_rs.Draft202012Validator,
) -> None:
    before = load_config(scenario="version_1")
    for raw in simulate(before, date(2025, 9, 1), date(2025, 9, 1)):
        assert all(validator.is_valid(json.loads(line)) for line in raw.payload.splitlines())


def test_a_creation_says_nothing_that_happens_later(events: list[dict[str, Any]]) -> None:
    created = [event["data"] for event in events if event["event_type"] == "TICKET_CREATED"]
    assert all(set(data) == CREATED for data in created)


def test_every_kind_of_event_occurs(events: list[dict[str, Any]]) -> None:
    assert {event["event_type"] for event in events} == {
        "TICKET_CREATED",
        "MESSAGE_ADDED",
        "STATUS_CHANGED",
        "ATTACHMENT_ADDED",
        "TERM_EXTENDED",
    }


@pytest.mark.parametrize(
    ("event_type", "change"),
    [
        ("TICKET_CREATED", {"data": {"closed_at": "2025-09-09T00:00:00.000000Z"}}),
        ("TICKET_CREATED", {"data": {"pqrs_type": "X"}}),
        ("TICKET_CREATED", {"data": {"geo_code": "5001"}}),
        ("MESSAGE_ADDED", {"data": {"role": "system"}}),
        ("MESSAGE_ADDED", {"data": {"text_len": "12"}}),
        ("STATUS_CHANGED", {"data": {"status_to": "OPEN"}}),
        ("STATUS_CHANGED", {"ts": "2025-09-01 08:00:00"}),
        ("STATUS_CHANGED", {"ts": "2025-13-01T08:00:00.000000Z"}),
        ("ATTACHMENT_ADDED", {"data": {"size_kb": 0}}),
        ("ATTACHMENT_ADDED", {"data": {"size_kb": 1.5}}),
        ("ATTACHMENT_ADDED", {"event_type": "MESSAGE_ADDED"}),
        ("MESSAGE_ADDED", {"event_id": "NOT-A-UUID"}),
        ("STATUS_CHANGED", {"data": {"status_to": "RADICATED", "outcome": "DENIED"}}),
        ("STATUS_CHANGED", {"data": {"status_to": "RESPONDED", "outcome": "SOLVED"}}),
        ("STATUS_CHANGED", {"data": {"agent_id": "ana.perez@entidad.gov.co"}}),
        ("TICKET_CREATED", {"data": {"petitioner": {"kind": "natural"}}}),
        ("TERM_EXTENDED", {"data": {"business_days": 0}}),
        ("TERM_EXTENDED", {"data": {"reason": ""}}),
        ("MESSAGE_ADDED", {"extra": 1}),
    ],
)
def test_what_breaks_the_contract_does_not_validate(
    validator: jsonschema_rs.Draft202012Validator,
    events: list[dict[str, Any]],
    event_type: str,
    change: dict[str, Any],
) -> None:
    event = next(e for e in events if e["event_type"] == event_type)
    broken = {**event, **change, "data": {**event["data"], **change.get("data", {})}}
    assert not validator.is_valid(broken)
