"""What may follow a closing: the case comes back, at most twice, and in the end is archived."""

import numpy as np

from simulator.business_time import DAY, OFFICE_DAY, business_calendar
from simulator.case_draws import Draw
from simulator.cases import Cases, CaseTables, time_of_day, work_seconds
from simulator.config import SimulationConfig
from simulator.durations import draw_duration
from simulator.slots import ABSENT, CLOSINGS, Slot
from simulator.streams import I64, U64, happens, pick, pick_low

_MINUTE = 60
_REPLIES_BEFORE_ACKNOWLEDGING = 3
_REPLIES_BEFORE_REOPENING = 4
# Only a short case comes back a second time, which keeps every life within its bound.
_LONGEST_BEFORE_SECOND = 25 * OFFICE_DAY
_LEAST_MANAGEMENT = 1_800
_ARCHIVE_OPENS, _ARCHIVE_LASTS = 20 * 3_600, 3 * 3_600


def reopen(
    config: SimulationConfig, tables: CaseTables, cases: Cases, at: I64, replies: I64
) -> None:
    """Place the second and third passes of the cases that come back.

    Args:
        config: The configuration.
        tables: For the hour at which citizens write.
        cases: The cases.
        at: (len(Slot), n) local seconds, filled up to the first closing; written in place.
        replies: (n,) agent replies so far.
    """
    rule, calendar = config.world.reopen, business_calendar()
    back = np.flatnonzero(
        happens(cases.raw(Draw.REOPEN), rule.share) & (replies <= _REPLIES_BEFORE_REOPENING)
    )
    chosen = (cases.raw(Draw.REOPEN_DAY), cases.raw(Draw.REOPEN_HOUR), cases.raw(Draw.REOPEN_WORK))
    replies[back] += _again(config, tables, cases, at, back, replies, 1, chosen)
    begun = calendar.to_work(at[Slot.RADICATED][back])
    closed = calendar.to_work(at[Slot.CLOSED_2][back])
    again = back[
        happens(cases.raw(Draw.AGAIN)[back], rule.again)
        & (replies[back] <= _REPLIES_BEFORE_REOPENING)
        & (closed - begun <= _LONGEST_BEFORE_SECOND)
    ]
    chosen = (cases.raw(Draw.AGAIN_DAY), cases.raw(Draw.AGAIN_HOUR), cases.raw(Draw.AGAIN_WORK))
    replies[again] += _again(config, tables, cases, at, again, replies, 2, chosen)


def _again(
    config: SimulationConfig,
    tables: CaseTables,
    cases: Cases,
    at: I64,
    back: I64,
    replies: I64,
    number: int,
    chosen: tuple[U64, U64, U64],
) -> I64:
    """Place one more pass of the cases `back`; returns how many replies it adds to each."""
    rule, calendar = config.world.reopen, business_calendar()
    on_day, at_hour, lasting = (raw[back] for raw in chosen)
    closed_day = at[Slot[f"CLOSED_{number}"]][back] // DAY
    reopened = (closed_day + 1 + pick(on_day, rule.within_days)) * DAY
    reopened += time_of_day(at_hour, at_hour << np.uint64(24), cases.channel[back], tables)
    at[Slot[f"REOPENED_{number}"]][back] = reopened
    at[Slot[f"REASON_{number}"]][back] = reopened + 3 + pick_low(on_day, 38)
    work = calendar.to_work(reopened + 2 * _MINUTE)
    added = np.ones(len(back), dtype=np.int64)
    if number == 1:
        acknowledged = work + 5 * _MINUTE + pick_low(at_hour, 40 * _MINUTE)
        chance = config.world.messages.reopening_acknowledged
        said = happens(on_day << np.uint64(24), chance)
        said &= replies[back] <= _REPLIES_BEFORE_ACKNOWLEDGING
        local = np.where(said, calendar.from_work(acknowledged), ABSENT)
        at[Slot.REOPENING_ACKNOWLEDGED][back] = local
        work = np.where(said, acknowledged, work)
        added += said
    work = work + 2 * _MINUTE + draw_duration(lasting, rule.start, rule.start.most)
    at[Slot[f"STARTED_AGAIN_{number}"]][back] = calendar.from_work(work)
    managed = draw_duration(lasting << np.uint64(20), rule.manage, rule.manage.most)
    work = work + np.maximum(managed, _LEAST_MANAGEMENT)
    at[Slot[f"ANSWER_{number + 1}"]][back] = calendar.from_work(work)
    work = work + 20 + pick_low(lasting, 3 * _MINUTE)
    at[Slot[f"RESPONDED_{number + 1}"]][back] = calendar.from_work(work)
    work = work + 10 * _MINUTE + pick(lasting << np.uint64(40), work_seconds(0.25))
    at[Slot[f"CLOSED_{number + 1}"]][back] = calendar.from_work(work)
    return added


def archive(config: SimulationConfig, cases: Cases, at: I64) -> None:
    """File each case away in the evening of a business day after its last closing."""
    rule, calendar = config.world.archive, business_calendar()
    raw = cases.raw(Draw.ARCHIVE)
    last = np.max(at[list(CLOSINGS)], axis=0)
    days = rule.least_days + pick(raw, rule.most_days - rule.least_days + 1)
    day = calendar.business_days[calendar.next_index[last // DAY] + days]
    at[Slot.ARCHIVED] = day * DAY + _ARCHIVE_OPENS + pick_low(raw, _ARCHIVE_LASTS)
