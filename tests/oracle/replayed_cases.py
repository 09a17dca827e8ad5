"""The cases of a world and their SLA clock, replayed from raw lines in plain Python.

Written from the definitions alone: it loops over cases, where the models work on sets.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from raw_lines import DAY, BusinessTime, Line, day_end, local_day, seed

ALLOWED = {
    ("RECEIVED", "RADICATED"),
    ("RADICATED", "CLASSIFIED"),
    ("CLASSIFIED", "ASSIGNED"),
    ("ASSIGNED", "IN_PROGRESS"),
    ("IN_PROGRESS", "RESPONDED"),
    ("RESPONDED", "CLOSED"),
    ("CLOSED", "ARCHIVED"),
    ("IN_PROGRESS", "ON_HOLD"),
    ("ON_HOLD", "IN_PROGRESS"),
    ("CLOSED", "REOPENED"),
    ("REOPENED", "IN_PROGRESS"),
}
RUNNING = {"RADICATED", "CLASSIFIED", "ASSIGNED", "IN_PROGRESS", "RESPONDED", "REOPENED"}
FINISHED = {"CLOSED", "ARCHIVED"}


@dataclass(frozen=True)
class Move:
    """A valid transition."""

    line: Line
    left: str
    entered: str

    @property
    def ts(self) -> datetime:
        return self.line.ts

    @property
    def order(self) -> tuple[datetime, str]:
        return self.line.order

    @property
    def data(self) -> dict[str, Any]:
        return dict(self.line.event["data"])


@dataclass
class Case:
    """A case as its events tell it.

    `moves` are its valid transitions: (instant, state entered); `life` the same with their events;
    `extensions` each with the days that it adds, 0 for one without effect.
    """

    created: Line
    moves: list[tuple[datetime, str]] = field(default_factory=list)
    life: list[Move] = field(default_factory=list)
    extensions: list[tuple[datetime, int]] = field(default_factory=list)
    agent_messages: list[datetime] = field(default_factory=list)
    first_response: datetime | None = None
    term_seconds: int | None = None
    clock_start: datetime | None = None
    stops_at: str = "CLOSED"

    @property
    def type(self) -> str:
        return str(self.created.event["data"]["pqrs_type"])


class Cases:
    """The cases of raw lines; answers for the state and the clock of each on any day."""

    def __init__(self, lines: Iterable[Line], policy: str = "academic_v1") -> None:
        self.time = BusinessTime()
        self.policy = [row for row in seed("dim_sla_policy") if row["policy_id"] == policy]
        self.places = {row["geo_id"]: row for row in seed("dim_geo")}
        self.rejected: dict[str, int] = defaultdict(int)
        self.invalid = 0
        self.cases = {
            events[0].event["ticket_id"]: self._live(events) for events in self._lives(lines)
        }

    def _lives(self, lines: Iterable[Line]) -> Iterator[list[Line]]:
        """The events of each case, its creation first, without what does not count."""
        kept: dict[str, Line] = {}
        for line in sorted(
            lines, key=lambda line: (line.ts, line.object_day, line.source, line.line_no)
        ):
            first = kept.setdefault(line.event["event_id"], line)
            if first is not line:
                same = {**first.event, "ts": first.ts} == {**line.event, "ts": line.ts}
                self.rejected["DUP_EVENT_SAME_PAYLOAD" if same else "DUP_EVENT_CONFLICT"] += 1
        by_case: dict[str, list[Line]] = defaultdict(list)
        for line in kept.values():
            by_case[line.event["ticket_id"]].append(line)
        for events in by_case.values():
            events.sort(key=lambda line: line.order)
            creations = [line for line in events if line.event["event_type"] == "TICKET_CREATED"]
            if not creations:
                self.rejected["ORPHAN_EVENT"] += len(events)
                continue
            self.rejected["DUP_CREATION"] += len(creations) - 1
            others = [line for line in events if line.event["event_type"] != "TICKET_CREATED"]
            yield [creations[0], *others]

    def _live(self, events: list[Line]) -> Case:
        case = Case(events[0])
        state = "RECEIVED"
        for line in events[1:]:
            data, is_born = line.event["data"], line.order > case.created.order
            if line.event["event_type"] == "STATUS_CHANGED":
                step = (data["status_from"], data["status_to"])
                if is_born and step in ALLOWED and step[0] == state:
                    state = step[1]
                    case.moves.append((line.ts, state))
                    case.life.append(Move(line, *step))
                    if state == "RADICATED":
                        self._start_clock(case, line.ts)
                else:
                    self.invalid += 1
            elif line.event["event_type"] == "TERM_EXTENDED":
                case.extensions.append((line.ts, self._added(case, state, line)))
            elif data.get("role") == "agent" and is_born:
                case.agent_messages.append(line.ts)
                case.first_response = case.first_response or line.ts
        return case

    def _added(self, case: Case, state: str, line: Line) -> int:
        """The days that an extension adds to the term, as the case then stands."""
        days = int(line.event["data"]["business_days"])
        if case.term_seconds is None or state in FINISHED:
            return 0
        before = sum(added for _, added in case.extensions) * 86400
        is_over = self.elapsed(case, line.ts) > case.term_seconds + before
        return 0 if is_over or before + days * 86400 > case.term_seconds else days

    def term(self, case: Case, until: datetime) -> int:
        """Business seconds of the term as it was known at an instant."""
        assert case.term_seconds is not None
        return case.term_seconds + 86400 * sum(d for ts, d in case.extensions if ts <= until)

    def _start_clock(self, case: Case, radicated_at: datetime) -> None:
        day = self.time.next_business_day(local_day(radicated_at))
        start = self.time.next_business_day(day + DAY)
        case.clock_start = day_end(start) - DAY
        subtype = case.created.event["data"].get("subtype")
        rows = [
            row
            for row in self.policy
            if row["pqrs_type"] == case.type
            and date.fromisoformat(row["valid_from"]) <= day
            and (not row["valid_to"] or day <= date.fromisoformat(row["valid_to"]))
            and row["subtype"] in ("", subtype)
        ]
        row = max(rows, key=lambda row: row["subtype"] != "")
        case.term_seconds = int(row["business_days"]) * 86400
        case.stops_at = row["stops_at"]

    def elapsed(self, case: Case, until: datetime) -> int:
        """Business seconds on the clock at `until`, from the moves before or at it."""
        total, state, since = 0, "RECEIVED", case.created.ts
        for ts, entered in [*case.moves, (until, "")]:
            if ts > until:
                ts = until
            if state in RUNNING and not (state == case.stops_at == "RESPONDED"):
                start = max(since, case.clock_start or since)
                if ts > start:
                    total += self.time.at(ts) - self.time.at(start)
            if ts == until and entered == "":
                break
            state, since = entered, ts
            if ts >= until:
                break
        return total

    def state(self, case: Case, day: date) -> str | None:
        """The state at the end of a day; None before the case exists."""
        if local_day(case.created.ts) > day:
            return None
        entered = [state for ts, state in case.moves if local_day(ts) <= day]
        return entered[-1] if entered else "RECEIVED"

    def closings(self) -> Iterator[tuple[Case, datetime]]:
        for case in self.cases.values():
            for ts, state in case.moves:
                if state == "CLOSED":
                    yield case, ts
