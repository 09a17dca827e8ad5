"""A world of awkward outcomes, terms and offices, 15 December 2025 to 6 February 2026.

Twenty-five cases, each written for one rule. Holidays in it: 25 December, 1 January, 12 January.
"""

from datetime import date, datetime

from raw_lines import Line
from small_worlds import CaseWriter, lines_of

FIRST, LAST = date(2025, 12, 15), date(2026, 2, 6)
EARLY = ("RADICATED", "CLASSIFIED")


def at(text: str) -> datetime:
    """An instant of Colombian time: `12-15 10:00:00` lies in 2025, others in 2026."""
    return datetime.fromisoformat(f"{2025 if text.startswith('12') else 2026}-{text}")


def handling_lines() -> list[Line]:
    """Every line of the world."""
    return lines_of([*_outcomes(), *_extensions(), *_offices(), *_channels()], FIRST, LAST)


def _begun(number: int, kind: str = "R", source: str = "email", **hands: str) -> CaseWriter:
    """Radicated on Monday 15 December at 09:00 and in progress at 09:03: the clock starts on 16."""
    case = CaseWriter(number, source).create(at("12-15 08:00"), kind)
    case.move(at("12-15 09:00"), *EARLY).move(at("12-15 09:02"), "ASSIGNED", **hands)
    return case.move(at("12-15 09:03"), "IN_PROGRESS")


def _outcomes() -> list[CaseWriter]:
    # Five business days from the 16th end with Monday 22.
    in_time = _begun(1).move(at("12-22 23:59:59"), "RESPONDED", outcome="TRANSFERRED")
    late = _begun(2).move(at("12-23 00:00:01"), "RESPONDED", outcome="TRANSFERRED")
    late.move(at("12-23 08:00"), "CLOSED")
    # A pause stops the clock of the term, not that of the transfer.
    paused = _begun(3).move(at("12-17 09:00"), "ON_HOLD").move(at("12-24 09:00"), "IN_PROGRESS")
    paused.move(at("12-24 10:00"), "RESPONDED", outcome="TRANSFERRED")
    # Transferred after the term of 8 days is over, on the 26th.
    expired = _begun(4).move(at("12-30 10:00"), "RESPONDED", outcome="TRANSFERRED")
    denied = _begun(5, "P").move(at("12-18 10:00"), "RESPONDED", outcome="DENIED")
    denied.events[0]["data"]["subtype"] = "informacion"
    # Denied, closed, reopened and then answered.
    again = _begun(6, "P").move(at("12-18 10:00"), "RESPONDED", outcome="DENIED")
    again.events[0]["data"]["subtype"] = "informacion"
    again.move(at("12-19 10:00"), "CLOSED").move(at("12-23 10:00"), "REOPENED", "IN_PROGRESS")
    again.move(at("01-05 10:00"), "RESPONDED", "CLOSED")
    # On hold from 31 December to 31 January: a month. To the 30th: not a month.
    tacit = _begun(7).move(at("12-31 10:00"), "ON_HOLD").move(at("01-31 09:00"), "IN_PROGRESS")
    tacit.move(at("02-02 10:00"), "RESPONDED", outcome="WITHDRAWN")
    tacit.move(at("02-02 11:00"), "CLOSED")
    express = _begun(8).move(at("12-31 10:00"), "ON_HOLD").move(at("01-30 23:59"), "IN_PROGRESS")
    express.move(at("02-02 10:00"), "RESPONDED", outcome="WITHDRAWN")
    return [in_time, late, paused, expired, denied, again, tacit, express]


def _extensions() -> list[CaseWriter]:
    # The term of 8 days ends with Friday 26; 5 more, with Monday 5 January.
    plain = _begun(10).extend(at("12-22 10:00"), 5).move(at("01-05 23:58"), "RESPONDED", "CLOSED")
    late = _begun(11).extend(at("12-29 00:00:01"), 5).move(at("01-05 23:58"), "RESPONDED", "CLOSED")
    # Announced in the last instant, which the weekend puts off to Monday.
    eve = _begun(12).extend(at("12-29 00:00:00"), 1)
    # 5, then 5 (more than 8 in sum, no effect), then 3.
    several = _begun(13).extend(at("12-17 10:00"), 5).extend(at("12-18 10:00"), 5)
    several.extend(at("12-19 10:00"), 3)
    in_pause = _begun(14).move(at("12-17 09:00"), "ON_HOLD").extend(at("12-18 10:00"), 4)
    in_pause.move(at("12-22 09:00"), "IN_PROGRESS")
    # Extended while on hold after the term is over: no effect, however long the pause.
    stuck = _begun(15).move(at("12-30 09:00"), "ON_HOLD").extend(at("01-05 10:00"), 4)
    closed = _begun(16).move(at("12-17 09:00"), "RESPONDED", "CLOSED").extend(at("12-18 09:00"), 5)
    closed.move(at("12-19 09:00"), "REOPENED", "IN_PROGRESS").extend(at("12-22 09:00"), 8)
    unborn = CaseWriter(17).create(at("12-15 08:00"), "Q").extend(at("12-15 08:30"), 5)
    unborn.move(at("12-15 09:00"), *EARLY).extend(at("12-15 09:00:30"), 10)
    # Two on one day, and one more that day without effect.
    twice = _begun(18).extend(at("12-22 09:00"), 4).extend(at("12-22 10:00"), 4)
    twice.extend(at("12-22 11:00"), 1)
    return [plain, late, eve, several, in_pause, stuck, closed, unborn, twice]


def _offices() -> list[CaseWriter]:
    handed = _begun(20, office="D1", agent="AG-0001")
    handed.move(at("12-17 09:00"), "ON_HOLD", office="D2", agent="AG-0201")
    handed.move(at("12-18 09:00"), "IN_PROGRESS").say(at("12-18 10:00"))
    handed.move(at("12-18 11:00"), "RESPONDED", "CLOSED")
    # The agent changes, then the office alone; a refused change names another and moves nothing.
    within = _begun(21, office="D1", agent="AG-0001")
    within.move(at("12-17 09:00"), "ON_HOLD", agent="AG-0002")
    within.change(at("12-17 10:00"), "CLOSED", "ARCHIVED", dependencia_id="D9")
    within.move(at("12-19 09:00"), "IN_PROGRESS", office="D2")
    # Named first by the agent, later by the office: no handoff.
    first = _begun(22, agent="AG-0003").move(at("12-17 09:00"), "RESPONDED", office="D1")
    first.say(at("12-17 09:30")).move(at("12-17 10:00"), "CLOSED").move(
        at("12-19 10:00"), "REOPENED"
    )
    # Two agent messages: not one touch. Assigned a week after radication.
    slow = CaseWriter(23).create(at("12-15 08:00"), "Q").move(at("12-15 09:00"), *EARLY)
    slow.move(at("12-26 09:00"), "ASSIGNED", office="D3").move(at("12-26 10:00"), "IN_PROGRESS")
    slow.say(at("12-26 11:00")).say(at("12-26 12:00")).move(
        at("12-26 13:00"), "RESPONDED", "CLOSED"
    )
    # An office that holds an overdue case until the end.
    heavy = _begun(24, office="D3", agent="AG-0301")
    return [handed, within, first, slow, heavy]


def _channels() -> list[CaseWriter]:
    counter = CaseWriter(30, "in_person").create(
        at("12-20 08:00"), "P", petitioner={"is_anonymous": True}
    )
    post = CaseWriter(31, "postal").create(at("01-02 08:00"), "S").move(at("01-02 09:00"), *EARLY)
    known = {"is_anonymous": False, "kind": "juridica"}
    company = CaseWriter(32).create(at("01-05 08:00"), "P", petitioner=known)
    return [counter, post, company]
