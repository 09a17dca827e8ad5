"""The owner's five KPIs, recomputed from raw lines in plain Python.

Written from the definitions alone: it loops over cases and days, where the models sum over sets. It
shares no code with them, and of the seeds it reads facts only (which days are business days, which
term a policy gives, where a municipality lies).
"""

import csv
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
COLOMBIA = timedelta(hours=5)
DAY = timedelta(days=1)
TYPES = ("P", "Q", "R", "S")
CHANNELS = ("email", "webform", "chat", "call", "other_digital")
REGIONS = ("Andina", "Caribe", "Pacífica", "Orinoquía", "Amazonía", "Insular")
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

Table = dict[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Line:
    """A raw event and where it was found."""

    source: str
    object_day: date
    line_no: int
    event: dict[str, Any]

    @property
    def ts(self) -> datetime:
        return datetime.fromisoformat(self.event["ts"]).astimezone(UTC)

    @property
    def order(self) -> tuple[datetime, str]:
        return self.ts, self.event["event_id"]


@dataclass
class Case:
    """A case as its events tell it; `moves` are its valid transitions: (instant, state entered)."""

    created: Line
    moves: list[tuple[datetime, str]] = field(default_factory=list)
    first_response: datetime | None = None
    term_seconds: int | None = None
    clock_start: datetime | None = None
    stops_at: str = "CLOSED"

    @property
    def type(self) -> str:
        return str(self.created.event["data"]["pqrs_type"])


def local_day(instant: datetime) -> date:
    return (instant - COLOMBIA).date()


def day_end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + DAY + COLOMBIA


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def half_up(value: Fraction) -> Decimal:
    hundredths = math.floor(value * 100 + Fraction(1, 2))
    return Decimal(hundredths).scaleb(-2)


class BusinessTime:
    """Business seconds, counted day by day from the flags of the calendar."""

    def __init__(self) -> None:
        self.is_business = {
            date.fromisoformat(row["day"]): row["is_business_day"] == "true"
            for row in seed("dim_calendar")
        }
        self.before: dict[date, int] = {}
        total = 0
        for day in sorted(self.is_business):
            self.before[day] = total
            total += 86400 * self.is_business[day]

    def at(self, instant: datetime) -> int:
        """Whole business seconds up to an instant; a started second does not count."""
        local = instant - COLOMBIA
        day = local.date()
        into = local.hour * 3600 + local.minute * 60 + local.second
        return self.before[day] + into * self.is_business[day]

    def next_business_day(self, day: date) -> date:
        """The day itself when it is one."""
        while not self.is_business[day]:
            day += DAY
        return day


class Oracle:
    """Reads raw lines, then answers for any day."""

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
                    if state == "RADICATED":
                        self._start_clock(case, line.ts)
                else:
                    self.invalid += 1
            elif data.get("role") == "agent" and is_born and case.first_response is None:
                case.first_response = line.ts
        return case

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

    # The tables, one after the other.

    def kpi_volume(self, days: list[date]) -> Table:
        table: Table = {
            (day, channel, kind): {"tickets_count": 0}
            for day in days
            for channel in CHANNELS
            for kind in TYPES
        }
        for case in self.cases.values():
            data = case.created.event["data"]
            key = (local_day(case.created.ts), data["source_channel"], case.type)
            table[key]["tickets_count"] += 1
        return table

    def kpi_backlog(self, days: list[date]) -> Table:
        table: Table = {
            (day, kind, region): {"backlog_count": 0}
            for day in days
            for kind in TYPES
            for region in REGIONS
        }
        for case in self.cases.values():
            region = self.places[case.created.event["data"]["geo_code"]]["region"]
            for day in days:
                state = self.state(case, day)
                if state is not None and state not in FINISHED:
                    table[day, case.type, region]["backlog_count"] += 1
        return table

    def kpi_sla(self, days: list[date]) -> Table:
        closed: dict[tuple[date, str], list[bool]] = defaultdict(list)
        for case, ts in self.closings():
            assert case.term_seconds is not None
            in_time = self.elapsed(case, ts) <= case.term_seconds
            closed[local_day(ts), case.type].append(in_time)
        excess: dict[tuple[date, str], list[int]] = defaultdict(list)
        for case in self.cases.values():
            for day in days:
                if case.term_seconds is None or self.state(case, day) in (None, *FINISHED):
                    continue
                over = self.elapsed(case, day_end(day)) - case.term_seconds
                if over > 0:
                    excess[day, case.type].append(over)
        return {
            (day, kind): {
                "closings_count": len(closed[day, kind]),
                "within_sla_count": sum(closed[day, kind]),
                "within_sla_pct": _mean(100 * sum(closed[day, kind]), len(closed[day, kind])),
                "overdue_count": len(excess[day, kind]),
                "avg_overdue_days": _mean(sum(excess[day, kind]), 86400 * len(excess[day, kind])),
            }
            for day in days
            for kind in TYPES
        }

    def kpi_first_response(self, days: list[date]) -> Table:
        found: dict[tuple[date, str], list[timedelta]] = defaultdict(list)
        for case in self.cases.values():
            if case.first_response is not None:
                key = (local_day(case.first_response), case.type)
                found[key].append(case.first_response - case.created.ts)
        return _durations(days, found, "responses_count", "hours_to_first_response")

    def kpi_close_time(self, days: list[date]) -> Table:
        found: dict[tuple[date, str], list[timedelta]] = defaultdict(list)
        for case, ts in self.closings():
            found[local_day(ts), case.type].append(ts - case.created.ts)
        return _durations(days, found, "closings_count", "hours_to_close")

    def kpis(self, first: date, last: date) -> dict[str, Table]:
        """The five tables over the days of a world, by dataset name."""
        days = [first + offset * DAY for offset in range((last - first).days + 1)]
        return {
            "kpi_volume": self.kpi_volume(days),
            "kpi_backlog": self.kpi_backlog(days),
            "kpi_sla": self.kpi_sla(days),
            "kpi_first_response": self.kpi_first_response(days),
            "kpi_close_time": self.kpi_close_time(days),
        }


def _mean(total: int, count: int) -> Decimal | None:
    return half_up(Fraction(total, count)) if count else None


def _durations(
    days: list[date], found: dict[tuple[date, str], list[timedelta]], count: str, noun: str
) -> Table:
    table: Table = {}
    for day in days:
        for kind in TYPES:
            micros = sorted(value // timedelta(microseconds=1) for value in found[day, kind])
            hour = 3_600_000_000
            table[day, kind] = {
                count: len(micros),
                f"avg_{noun}": _mean(sum(micros), hour * len(micros)),
                f"median_{noun}": _rank(micros, Fraction(1, 2), hour),
                f"p90_{noun}": _rank(micros, Fraction(9, 10), hour),
            }
    return table


def _rank(ordered: list[int], share: Fraction, unit: int) -> Decimal | None:
    """Nearest rank: the smallest value that at least `share` of the values do not exceed."""
    if not ordered:
        return None
    return half_up(Fraction(ordered[math.ceil(share * len(ordered)) - 1], unit))
