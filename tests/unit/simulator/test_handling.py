"""Offices, agents, outcomes and extensions: fields and events that move nothing else."""

import hashlib
import json
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from simulator.business_time import DAY, business_calendar
from simulator.config import SimulationConfig, load_config
from simulator.config.handling import TOPICS
from simulator.life import live
from simulator.seeds import policy_names, rows
from simulator.sla import kinds_of, sla_business_days
from simulator.slots import ABSENT, Slot
from simulator.world import Machinery, phrase_bank, simulate

FIRST, LAST = date(2025, 9, 1), date(2025, 10, 5)
OPTIONAL = {"petitioner", "outcome", "dependencia_id", "agent_id"}
# Of the ten days before there was a version 2: 103,117 events.
BEFORE = "4629d57fb19a81942dcee337c945bfc8d3d91e406002e4f71963e0a509d75c0a"
HASH_BEFORE = "c73b53ba09a99cd152e9080c017264498be325f7a40bf967d77ac31712e675c6"


def events(config: SimulationConfig, last: date = LAST) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for raw in simulate(config, FIRST, last)
        for line in raw.payload.splitlines()
    ]


@pytest.fixture(scope="module")
def world(small_world: SimulationConfig) -> list[dict[str, Any]]:
    return events(small_world)


def test_version_1_gives_the_bytes_it_gave_before_there_was_another() -> None:
    config, digest = load_config(scenario="version_1"), hashlib.sha256()
    for raw in simulate(config, FIRST, FIRST + timedelta(days=9)):
        digest.update(raw.payload)
    assert digest.hexdigest() == BEFORE
    assert config.config_hash == HASH_BEFORE


def test_a_world_without_its_optional_fields_is_the_world_of_version_1(
    small_world: SimulationConfig, world: list[dict[str, Any]]
) -> None:
    older = small_world.world.model_copy(update={"version": 1, "handling": None})
    before = SimulationConfig(older, small_world.calibration, small_world.end)
    stripped = [
        {**event, "data": {k: v for k, v in event["data"].items() if k not in OPTIONAL}}
        for event in world
        if event["event_type"] != "TERM_EXTENDED"
    ]
    assert stripped == events(before)
    assert stripped != world


def test_offices_are_those_of_the_list_and_topics_those_of_the_phrases() -> None:
    handling = load_config().world.handling
    assert handling is not None
    # The list may go on with offices that only ingested events name.
    listed = [row["dependencia_id"] for row in rows("dim_dependencia")]
    assert list(handling.offices) == listed[: len(handling.offices)]
    assert phrase_bank().topics.names == TOPICS


def test_outcomes_come_with_answers_and_offices_from_the_assignment_on(
    world: list[dict[str, Any]],
) -> None:
    outcomes: Counter[str] = Counter()
    for event in world:
        data = event["data"]
        if event["event_type"] != "STATUS_CHANGED":
            assert not {"outcome", "dependencia_id", "agent_id"} & set(data)
            continue
        assert ("outcome" in data) == (data["status_to"] == "RESPONDED")
        is_early = data["status_to"] in ("RADICATED", "CLASSIFIED")
        assert ("dependencia_id" in data) == (not is_early)
        assert ("agent_id" in data) == (not is_early)
        outcomes[data.get("outcome", "")] += 1
    assert outcomes["ANSWERED"] > outcomes["TRANSFERRED"] > 0
    assert outcomes["WITHDRAWN"] > 0


def test_only_petitions_for_information_are_denied(world: list[dict[str, Any]]) -> None:
    created = {e["ticket_id"]: e["data"] for e in world if e["event_type"] == "TICKET_CREATED"}
    denied = [e["ticket_id"] for e in world if e["data"].get("outcome") == "DENIED"]
    assert all(created[ticket]["subtype"] == "informacion" for ticket in denied)


def test_of_an_anonymous_petitioner_nothing_else_is_known(world: list[dict[str, Any]]) -> None:
    filed = [e["data"]["petitioner"] for e in world if e["event_type"] == "TICKET_CREATED"]
    assert {json.dumps(petitioner) for petitioner in filed} == {
        '{"is_anonymous": true}',
        '{"is_anonymous": false, "kind": "natural"}',
        '{"is_anonymous": false, "kind": "juridica"}',
    }


def test_a_case_is_handed_over_once_at_most_and_sometimes(world: list[dict[str, Any]]) -> None:
    held: dict[str, list[tuple[str, str]]] = {}
    for event in sorted(world, key=lambda e: (e["ts"], e["event_id"])):
        data = event["data"]
        if "dependencia_id" in data:
            pair = (data["dependencia_id"], data["agent_id"])
            way = held.setdefault(event["ticket_id"], [])
            if not way or way[-1] != pair:
                way.append(pair)
    lengths = Counter(map(len, held.values()))
    assert set(lengths) == {1, 2}
    assert 0.05 < lengths[2] / len(held) < 0.25


def test_an_extension_is_announced_in_hand_and_before_any_policy_s_term_ends() -> None:
    config = load_config()
    machinery = Machinery(config)
    cases = machinery.open(FIRST, FIRST + timedelta(days=13))
    at = live(config, machinery.cases, cases).at
    found = np.flatnonzero(at[Slot.EXTENDED] != ABSENT)
    assert 0 < len(found) < 0.03 * len(cases)
    some, at = cases.take(found), at[:, found]
    assert (at[Slot.STARTED] < at[Slot.EXTENDED]).all()
    assert (at[Slot.EXTENDED] < at[Slot.ANSWER_1]).all()
    calendar = business_calendar()
    passed = calendar.business_seconds(at[Slot.EXTENDED])
    passed = passed - calendar.clock_start(at[Slot.RADICATED])
    for policy in policy_names():
        assert (passed < sla_business_days(kinds_of(some), at[Slot.RADICATED], policy) * DAY).all()


def test_an_extension_is_at_most_the_term_again(world: list[dict[str, Any]]) -> None:
    created = {e["ticket_id"]: e["data"] for e in world if e["event_type"] == "TICKET_CREATED"}
    terms = {"P": 15, "Q": 10, "R": 8, "S": 15}
    extended = [e for e in world if e["event_type"] == "TERM_EXTENDED"]
    assert extended
    assert len({e["ticket_id"] for e in extended}) == len(extended)
    for event in extended:
        kind = created[event["ticket_id"]]
        term = 10 if kind["subtype"] == "informacion" else terms[kind["pqrs_type"]]
        assert 1 <= event["data"]["business_days"] <= term
        instant = datetime.fromisoformat(event["ts"]) - timedelta(hours=5)
        assert 8 <= instant.hour < 17
