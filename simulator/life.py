"""When everything of a case happens: its first pass from creation to the first closing."""

from dataclasses import dataclass

import numpy as np

from simulator.business_time import DAY, BusinessCalendar, business_calendar
from simulator.case_draws import Draw
from simulator.cases import Cases, CaseTables, work_seconds
from simulator.config import SimulationConfig
from simulator.durations import Durations, stage_durations
from simulator.handling import extend
from simulator.reopening import archive, reopen
from simulator.slots import ABSENT, FILES, Slot
from simulator.streams import (
    I64,
    U64,
    Bool,
    categorical,
    happens,
    lognormal,
    pick,
    pick_low,
    tabulated,
    thresholds,
)

_MINUTE = 60
# Where pauses and messages fall within management, in thousandths, each range after the last.
_HOLD_FIRST = (150, 350)
_HOLD_SECOND = (550, 120)
_ASKED = (720, 150)
_PROGRESS = (200, 500)
# So many agent replies may a case have had, at most, when an optional one is considered: what
# must still be said then stays within five.
_PROGRESS_AFTER, _NOTE_AFTER = 2, 2
_EVENING = 18 * 3_600 + 1_800
_EVENING_LASTS = 3 * 3_600 + 1_800


@dataclass(frozen=True)
class Lives:
    """When each place of each life is reached.

    Attributes:
        at: (len(Slot), n) local seconds; ABSENT where the case has no such event.
    """

    at: I64


def live(config: SimulationConfig, tables: CaseTables, cases: Cases) -> Lives:
    """Place every event of every case in time, from creation to archive."""
    at = np.full((len(Slot), len(cases)), ABSENT, dtype=np.int64)
    _open(config, cases, at)
    work = np.full_like(at, ABSENT)
    replies = _first_pass(config, cases, at, work)
    _to_local(work, at)
    _answer_holds(config, cases, work, at)
    reopen(config, tables, cases, at, replies)
    archive(config, cases, at)
    extend(config, cases, at)
    return Lives(at=at)


def _to_local(work: I64, at: I64) -> None:
    placed = work != ABSENT
    at[placed] = business_calendar().from_work(work[placed])


def _open(config: SimulationConfig, cases: Cases, at: I64) -> None:
    """Creation, the opening message, its files and the radication."""
    world = config.world
    raw = cases.raw(Draw.OPENING)
    at[Slot.CREATED] = cases.created
    at[Slot.OPENING] = cases.created + 1 + pick(raw, 4)
    some = happens(cases.raw(Draw.FILES), np.array(world.attachments.share)[cases.channel])
    count = np.where(
        some, 1 + categorical(raw << np.uint64(16), thresholds(world.attachments.count)), 0
    )
    last = at[Slot.OPENING]
    for index, slot in enumerate(FILES[:3]):
        last = np.where(count > index, last + 1 + pick_low(raw >> np.uint64(8 * index), 3), last)
        at[slot] = np.where(count > index, last, ABSENT)
    at[Slot.RADICATED] = _radicated(config, business_calendar(), cases, last)


def _radicated(
    config: SimulationConfig, calendar: BusinessCalendar, cases: Cases, last: I64
) -> I64:
    """A system radicates on any day, an agent in office hours."""
    radicated = np.zeros(len(cases), dtype=np.int64)
    for index, rule in enumerate(config.world.radication):
        rows = np.flatnonzero(cases.channel == index)
        table = lognormal(rule.median_minutes * _MINUTE, rule.sigma, rule.most_minutes * _MINUTE)
        delay = 20 + tabulated(cases.raw(Draw.RADICATION)[rows], table)
        start = last[rows]
        by_hand = calendar.from_work(calendar.to_work(start) + delay)
        radicated[rows] = start + delay if rule.actor == "system" else by_hand
    return radicated


def _first_pass(config: SimulationConfig, cases: Cases, at: I64, work: I64) -> I64:
    """From radication to the first closing; returns the agent's replies so far."""
    messages = config.world.messages
    lasting = stage_durations(config, cases)
    begin = business_calendar().to_work(at[Slot.RADICATED]) + 1
    raw = cases.raw(Draw.ACKNOWLEDGE)
    is_acknowledged = happens(raw, np.array(messages.acknowledged)[cases.channel])
    acknowledged = begin + _MINUTE + pick_low(raw, 40 * _MINUTE)
    work[Slot.ACKNOWLEDGED] = np.where(is_acknowledged, acknowledged, ABSENT)
    work[Slot.CLASSIFIED] = np.where(is_acknowledged, acknowledged, begin) + lasting.classify
    work[Slot.ASSIGNED] = work[Slot.CLASSIFIED] + lasting.assign
    work[Slot.STARTED] = work[Slot.ASSIGNED] + lasting.start
    replies = is_acknowledged.astype(np.int64)
    paused = _hold(cases, lasting, work, replies)
    _ask(config, cases, lasting, work, paused, replies)
    raw = cases.raw(Draw.RESPOND)
    work[Slot.ANSWER_1] = work[Slot.STARTED] + lasting.manage + paused
    work[Slot.RESPONDED_1] = work[Slot.ANSWER_1] + 20 + pick(raw, 3 * _MINUTE)
    work[Slot.CLOSED_1] = work[Slot.RESPONDED_1] + lasting.close
    replies += 1
    _take_leave(config, cases, lasting, work, replies)
    return replies


def _hold(cases: Cases, lasting: Durations, work: I64, replies: I64) -> I64:
    """Place the pauses inside management; returns how long they last, and counts the requests."""
    place = cases.raw(Draw.HOLD_PLACE)
    parts = (pick(place, _HOLD_FIRST[1]), pick_low(place, _HOLD_SECOND[1]))
    paused = np.zeros(len(cases), dtype=np.int64)
    for number, (hold, low, part) in enumerate(
        (
            (lasting.hold_first, _HOLD_FIRST[0], parts[0]),
            (lasting.hold_second, _HOLD_SECOND[0], parts[1]),
        ),
        start=1,
    ):
        is_held = hold > 0
        request = work[Slot.STARTED] + lasting.manage * (low + part) // 1_000 + paused
        begin = request + 30 + pick(place << np.uint64(8), 120)
        work[Slot[f"REQUEST_{number}"]] = np.where(is_held, request, ABSENT)
        work[Slot[f"HOLD_{number}"]] = np.where(is_held, begin, ABSENT)
        work[Slot[f"RESUMED_{number}"]] = np.where(is_held, begin + hold, ABSENT)
        paused += np.where(is_held, begin - request + hold, 0)
        replies += is_held
    return paused


def _ask(
    config: SimulationConfig,
    cases: Cases,
    lasting: Durations,
    work: I64,
    paused: I64,
    replies: I64,
) -> None:
    """The citizen asks how it goes, the more so in long cases; the agent reports progress."""
    messages = config.world.messages
    raw, report = cases.raw(Draw.ASK), cases.raw(Draw.PROGRESS)
    is_long = lasting.manage > work_seconds(messages.long_days)
    chance = np.where(is_long, messages.asks_status_long, messages.asks_status)
    is_asked = happens(raw, chance)
    part = _ASKED[0] + pick_low(raw, _ASKED[1])
    begin = work[Slot.STARTED] + paused
    work[Slot.ASKED] = np.where(is_asked, begin + lasting.manage * part // 1_000, ABSENT)
    chance = np.where(is_asked, messages.status_answered, messages.progress_unasked)
    is_reported = happens(report, chance) & (replies <= _PROGRESS_AFTER)
    part += (1_000 - part) * (_PROGRESS[0] + pick_low(report, _PROGRESS[1])) // 1_000
    work[Slot.PROGRESS] = np.where(is_reported, begin + lasting.manage * part // 1_000, ABSENT)
    replies += is_reported


def _take_leave(
    config: SimulationConfig, cases: Cases, lasting: Durations, work: I64, replies: I64
) -> None:
    """Between answer and closing: the citizen's thanks, the agent's note that the case closes."""
    messages = config.world.messages
    raw = cases.raw(Draw.THANKS)
    thanks = work[Slot.RESPONDED_1] + lasting.close * (200 + pick_low(raw, 400)) // 1_000
    work[Slot.THANKS] = np.where(happens(raw, messages.thanks), thanks, ABSENT)
    raw = cases.raw(Draw.NOTE)
    is_noted = happens(raw, messages.closing_note) & (replies <= _NOTE_AFTER)
    work[Slot.NOTE] = np.where(is_noted, work[Slot.CLOSED_1] - 20 - pick_low(raw, 40), ABSENT)
    replies += is_noted


def _answer_holds(config: SimulationConfig, cases: Cases, work: I64, at: I64) -> None:
    """The citizen answers shortly before work resumes, or at home on the evening before."""
    hold = config.world.hold
    for number in (1, 2):
        held = np.flatnonzero(work[Slot[f"RESUMED_{number}"]] != ABSENT)
        raw: U64 = cases.raw(Draw.HOLD_ANSWER)[held] << np.uint64(8 * (number - 1))
        resumed = work[Slot[f"RESUMED_{number}"]][held]
        shortly = business_calendar().from_work(resumed - 600 - pick_low(raw, 3_000))
        began, ends = at[Slot[f"HOLD_{number}"]][held], at[Slot[f"RESUMED_{number}"]][held]
        evening = (ends // DAY - 1) * DAY + _EVENING + pick_low(raw, _EVENING_LASTS)
        is_evening: Bool = happens(raw, hold.evening) & (began // DAY < ends // DAY)
        answered = np.where(is_evening, evening, shortly)
        at[Slot[f"ANSWER_HOLD_{number}"]][held] = answered
        if number == 1:
            has_file = happens(raw << np.uint64(24), hold.attachment)
            at[Slot.FILE_HOLD][held] = np.where(has_file, answered + 5 + pick(raw, 85), ABSENT)
