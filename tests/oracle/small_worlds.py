"""Raw lines made by hand or at random, in the raw contract, for the lake and the oracle alike."""

import random
import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from raw_lines import Line, local_day, seed
from recomputation import CHANNELS, TYPES
from replayed_cases import ALLOWED

DAY = timedelta(days=1)
ROUTE = ("RADICATED", "CLASSIFIED", "ASSIGNED", "IN_PROGRESS", "RESPONDED", "CLOSED", "ARCHIVED")


class CaseWriter:
    """Writes the events of one case; instants are given in Colombian time."""

    def __init__(self, number: int, source: str = "email") -> None:
        self.ticket_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"ticket {number}"))
        self.number = number
        self.source = source
        self.state = "RECEIVED"
        self.events: list[dict[str, Any]] = []

    def add(self, local: datetime, event_type: str, data: dict[str, Any]) -> dict[str, Any]:
        """Append an event at an instant of Colombian time."""
        ts = (local + timedelta(hours=5)).replace(tzinfo=UTC)
        name = f"event {self.number} {len(self.events)}"
        event = {
            "event_id": str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
            "ticket_id": self.ticket_id,
            "event_type": event_type,
            "ts": ts.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "data": data,
        }
        self.events.append(event)
        return event

    def create(
        self,
        local: datetime,
        kind: str = "P",
        geo: str = "05001",
        priority: str = "media",
        petitioner: dict[str, Any] | None = None,
    ) -> "CaseWriter":
        """The creation event."""
        place = PLACES[geo]
        data = {
            "external_id": f"PQR-{self.number:06d}",
            "source_channel": self.source,
            "pqrs_type": kind,
            "subtype": "general",
            "priority": priority,
            "geo_region": place["region"],
            "geo_municipio": place["municipio"],
            "geo_code": geo,
        }
        if petitioner is not None:
            data["petitioner"] = petitioner
        self.add(local, "TICKET_CREATED", data)
        return self

    def move(
        self,
        local: datetime,
        *states: str,
        outcome: str = "",
        office: str = "",
        agent: str = "",
    ) -> "CaseWriter":
        """Transitions one after the other, a minute apart, from the state reached so far."""
        named = {"outcome": outcome, "dependencia_id": office, "agent_id": agent}
        for minutes, state in enumerate(states):
            some = {name: value for name, value in named.items() if value}
            self.change(local + timedelta(minutes=minutes), self.state, state, **some)
            self.state = state
        return self

    def extend(self, local: datetime, business_days: int) -> "CaseWriter":
        """An extension of the term, valid or not."""
        self.add(local, "TERM_EXTENDED", {"business_days": business_days, "reason": "Pruebas"})
        return self

    def change(self, local: datetime, left: str, entered: str, **named: str) -> "CaseWriter":
        """One STATUS_CHANGED event, allowed or not; the writer's own state stays."""
        data = {"status_from": left, "status_to": entered, "actor_role": "agent", **named}
        self.add(local, "STATUS_CHANGED", data)
        return self

    def say(
        self, local: datetime, role: str = "agent", text: str = "Señora, ya va"
    ) -> "CaseWriter":
        """A message."""
        data = {"role": role, "text": text, "text_len": len(text)}
        self.add(local, "MESSAGE_ADDED", data)
        return self

    def attach(self, local: datetime) -> "CaseWriter":
        """An attachment."""
        data = {"file_type": "pdf", "size_kb": 120, "source_channel": self.source}
        self.add(local, "ATTACHMENT_ADDED", data)
        return self


PLACES = {row["geo_id"]: row for row in seed("dim_geo")}


def lines_of(cases: Iterable[CaseWriter], first: date, last: date) -> list[Line]:
    """The events of `cases` as raw lines of the objects of the days first..last, sorted in each."""
    objects: dict[tuple[str, date], list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        for event in case.events:
            day = local_day(datetime.fromisoformat(event["ts"]))
            if first <= day <= last:
                objects[case.source, day].append(event)
    lines = []
    for (source, day), events in sorted(objects.items()):
        events.sort(key=lambda event: (event["ts"], event["event_id"]))
        lines += [Line(source, day, number, event) for number, event in enumerate(events, 1)]
    return lines


def random_cases(count: int, first: date, days: int, seed_value: int) -> list[CaseWriter]:
    """Cases with holds, reopenings, second thoughts and events that do not belong."""
    rng = random.Random(seed_value)
    geos = sorted(PLACES)
    cases = []
    for number in range(count):
        case = CaseWriter(number, rng.choice(CHANNELS))
        at = datetime.combine(first, time()) + timedelta(seconds=rng.random() * days * 86400)
        case.create(at, rng.choice(TYPES), rng.choice(geos), rng.choice(["alta", "media", "baja"]))
        _live(case, at, rng)
        if rng.random() < 0.03:
            _spoil(case, at, rng)
        cases.append(case)
    return cases


def _live(case: CaseWriter, at: datetime, rng: random.Random) -> None:
    slowness = rng.choice([0.1, 0.5, 1.0, 3.0, 8.0])
    if rng.random() < 0.5:
        case.say(at + timedelta(seconds=1), "citizen")
    states = ["RECEIVED"]
    while states[-1] != "ARCHIVED" and len(states) < 30:
        choices = sorted(entered for left, entered in ALLOWED if left == states[-1])
        # The usual way, unless the dice want a hold or a reopening.
        usual = [state for state in choices if state not in ("ON_HOLD", "REOPENED")] or choices
        states.append(rng.choice(choices) if rng.random() < 0.3 else usual[0])
        at += timedelta(seconds=rng.expovariate(1) * slowness * 86400, microseconds=1)
        case.move(at, states[-1])
        if rng.random() < 0.3:
            case.say(at + timedelta(seconds=rng.random() * 3600))
        if rng.random() < 0.1:
            case.attach(at + timedelta(seconds=5))


def _spoil(case: CaseWriter, at: datetime, rng: random.Random) -> None:
    later = at + timedelta(days=rng.random() * 5)
    match rng.randrange(5):
        case 0:
            case.change(later, "RADICATED", "CLOSED")
        case 1:
            case.change(at - timedelta(hours=1), "RECEIVED", "RADICATED")
        case 2:
            case.events.append(dict(case.events[-1]))
        case 3:
            del case.events[0]
        case _:
            case.say(at - timedelta(hours=2))


def handled_cases(count: int, first: date, days: int, seed_value: int) -> list[CaseWriter]:
    """Random cases with offices, agents, outcomes and extensions, most of them valid."""
    rng = random.Random(seed_value)
    cases = random_cases(count, first, days, seed_value)
    for case in cases:
        _handle(case, rng)
    return cases


def _handle(case: CaseWriter, rng: random.Random) -> None:
    for event in list(case.events):
        data = event["data"] = dict(event["data"])
        if "status_to" in data:
            if rng.random() < 0.4:
                data["dependencia_id"] = rng.choice(["D1", "D2", "D3"])
            if rng.random() < 0.4:
                data["agent_id"] = f"AG-{rng.randrange(6):04d}"
            if data["status_to"] == "RESPONDED" and rng.random() < 0.6:
                data["outcome"] = rng.choice(["ANSWERED", "TRANSFERRED", "DENIED", "WITHDRAWN"])
        elif "pqrs_type" in data:
            data["subtype"] = rng.choice(["general", "informacion", "consulta"])
        if rng.random() < 0.08:
            local = datetime.fromisoformat(event["ts"]).replace(tzinfo=None) - timedelta(hours=5)
            later = timedelta(seconds=rng.random() * 12 * 86400)
            case.extend(local + later, rng.choice([1, 3, 5, 8, 15]))
