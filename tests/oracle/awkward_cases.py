"""A world of awkward cases, 15 December 2025 to 20 January 2026, each written for one rule.

Holidays in it: Thursday 25 December, Thursday 1 January, Monday 12 January (Reyes).
"""

from datetime import date, datetime

from raw_lines import Line
from small_worlds import CaseWriter, lines_of

FIRST, LAST = date(2025, 12, 15), date(2026, 1, 20)
TO_WORK = ("RADICATED", "CLASSIFIED", "ASSIGNED", "IN_PROGRESS")


def at(text: str) -> datetime:
    """An instant of Colombian time: `12-15 10:00:00` lies in 2025, `01-...` in 2026."""
    year = 2025 if text.startswith("12") else 2026
    return datetime.fromisoformat(f"{year}-{text}")


def awkward_lines() -> list[Line]:
    """Every line of the world, those that silver must leave out included."""
    cases = _ordinary() + _clocks() + _loops() + _disorder()
    lines = lines_of(cases, FIRST, LAST)
    return lines + _copies(lines)


def _ordinary() -> list[CaseWriter]:
    plain = CaseWriter(1).create(at("12-15 09:00"), "P").say(at("12-15 09:00:01"), "citizen")
    plain.move(at("12-15 10:00"), *TO_WORK).say(at("12-15 11:00"))
    plain.move(at("12-17 10:00"), "RESPONDED", "CLOSED").move(at("12-19 10:00"), "ARCHIVED")
    # The last microsecond of the 15th in Colombia is the 16th in UTC.
    eve = CaseWriter(2, "chat").create(at("12-15 23:59:59.999999"), "Q", "11001")
    midnight = CaseWriter(3, "chat").create(at("12-16 00:00"), "Q", "11001")
    midnight.say(at("12-16 00:00:00.000001"))
    never_radicated = CaseWriter(4, "call").create(at("12-15 08:00"), "R", "88001", "alta")
    one_day = (
        CaseWriter(5, "webform").create(at("12-16 06:00"), "S", "91001").attach(at("12-16 07:00"))
    )
    one_day.move(at("12-16 08:00"), *TO_WORK, "RESPONDED", "CLOSED", "ARCHIVED")
    last_day = CaseWriter(6).create(at("01-20 23:59:59"), "P")
    return [plain, eve, midnight, never_radicated, one_day, last_day]


def _clocks() -> list[CaseWriter]:
    # Friday evening; the clock starts on Monday 22. Ten days without the 25th and the 1st end with
    # Tuesday 6 January.
    in_time = CaseWriter(10).create(at("12-19 19:00"), "Q").move(at("12-19 20:00"), *TO_WORK)
    in_time.move(at("01-06 23:58:59"), "RESPONDED", "CLOSED")
    late = CaseWriter(11).create(at("12-19 19:00"), "Q").move(at("12-19 20:00"), *TO_WORK)
    late.move(at("01-06 23:59:01"), "RESPONDED", "CLOSED")
    # Ten days from 26 December end with Friday 9 January; closed on the holiday after it.
    day_off = CaseWriter(12).create(at("12-24 08:00"), "Q").move(at("12-24 09:00"), *TO_WORK)
    day_off.move(at("01-12 09:00"), "RESPONDED", "CLOSED")
    saturday = CaseWriter(13).create(at("01-10 08:00"), "R").move(at("01-10 09:00"), "RADICATED")
    new_year = CaseWriter(14).create(at("12-31 23:00"), "S").move(at("12-31 23:30"), "RADICATED")
    # Radicated long after its creation.
    slow = CaseWriter(15).create(at("12-15 08:00"), "R").move(at("01-08 17:00"), "RADICATED")
    overdue = (
        CaseWriter(16).create(at("12-15 08:00"), "R", "47001").move(at("12-15 09:00"), *TO_WORK)
    )
    return [in_time, late, day_off, saturday, new_year, slow, overdue]


def _loops() -> list[CaseWriter]:
    held = CaseWriter(20, "call").create(at("12-15 08:00"), "R").move(at("12-15 09:00"), *TO_WORK)
    held.move(at("12-17 12:00"), "ON_HOLD").move(at("01-07 12:00"), "IN_PROGRESS")
    held.move(at("01-13 12:00"), "RESPONDED", "CLOSED")
    # On hold with its term used up: overdue, and the excess stands still.
    stuck = CaseWriter(21).create(at("12-15 08:00"), "R").move(at("12-15 09:00"), *TO_WORK)
    stuck.move(at("01-02 12:00"), "ON_HOLD")
    twice = CaseWriter(22).create(at("12-15 08:00"), "Q").move(at("12-15 08:30"), *TO_WORK)
    twice.move(at("12-15 09:00"), "ON_HOLD", "IN_PROGRESS").move(at("12-18 09:00"), "ON_HOLD")
    twice.move(at("12-19 09:00"), "IN_PROGRESS").move(at("12-26 09:00"), "RESPONDED")
    reopened = CaseWriter(23, "other_digital").create(at("12-15 08:00"), "R")
    reopened.move(at("12-15 09:00"), *TO_WORK, "RESPONDED", "CLOSED").say(at("12-15 10:00"))
    reopened.move(at("12-29 09:00"), "REOPENED", "IN_PROGRESS")
    reopened.move(at("01-14 09:00"), "RESPONDED", "CLOSED")
    # Closed, reopened and closed within one day: two closings, and not open at its end.
    restless = CaseWriter(24).create(at("12-16 06:00"), "P").move(at("12-16 07:00"), *TO_WORK)
    restless.move(
        at("12-16 08:00"), "RESPONDED", "CLOSED", "REOPENED", "IN_PROGRESS", "RESPONDED", "CLOSED"
    )
    restless.move(at("12-18 08:00"), "REOPENED")
    return [held, stuck, twice, reopened, restless]


def _disorder() -> list[CaseWriter]:
    skips = CaseWriter(30).create(at("12-15 08:00"), "Q").move(at("12-15 09:00"), "RADICATED")
    skips.change(at("12-16 09:00"), "RADICATED", "CLOSED").move(at("12-17 09:00"), "CLASSIFIED")
    lies = (
        CaseWriter(31)
        .create(at("12-15 08:00"), "Q")
        .change(at("12-16 09:00"), "ASSIGNED", "IN_PROGRESS")
    )
    early = CaseWriter(32).change(at("12-15 07:00"), "RECEIVED", "RADICATED")
    early.say(at("12-15 07:30")).create(at("12-15 08:00"), "S").say(at("12-15 09:00"))
    # All at one instant: event_id decides, and what comes out of order is refused.
    instant = CaseWriter(33).create(at("12-15 08:00"), "S")
    for left, entered in zip(("RECEIVED", *TO_WORK), TO_WORK, strict=False):
        instant.change(at("12-16 08:00"), left, entered)
    born_twice = CaseWriter(34).create(at("12-15 08:00"), "P").create(at("12-18 08:00"), "S")
    orphan = CaseWriter(35).create(at("12-15 08:00"), "P").move(at("12-15 09:00"), *TO_WORK)
    orphan.say(at("12-16 08:00"))
    del orphan.events[0]
    citizen_only = CaseWriter(36).create(at("12-15 08:00"), "P").say(at("12-15 09:00"), "citizen")
    return [skips, lies, early, instant, born_twice, orphan, citizen_only]


def _copies(lines: list[Line]) -> list[Line]:
    """Copies in the objects of other channels: two that say the same, one that does not."""
    plain = next(line for line in lines if line.event["data"].get("external_id") == "PQR-000001")
    moved = next(
        line
        for line in lines
        if line.event["ticket_id"] == plain.event["ticket_id"]
        and line.event["data"].get("status_to") == "CLOSED"
    )
    other = {**moved.event, "data": {**moved.event["data"], "status_to": "ARCHIVED"}}
    return [
        Line("other_digital", plain.object_day, 900, dict(plain.event)),
        Line("webform", plain.object_day, 901, dict(plain.event)),
        Line("webform", moved.object_day, 902, other),
    ]
