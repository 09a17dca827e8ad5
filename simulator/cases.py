"""What a case is on the day it opens: one row a case, drawn from that day's streams alone."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Self

import numpy as np

from simulator.business_time import DAY, OFFICE_DAY, business_calendar
from simulator.case_draws import KEPT_DRAWS, Draw
from simulator.config import SimulationConfig
from simulator.config.model import PRIORITIES, TYPES
from simulator.load import Queues
from simulator.seeds import municipalities
from simulator.streams import (
    I64,
    U64,
    Bool,
    Entity,
    categorical,
    draws,
    happens,
    pick,
    thresholds,
)
from simulator.text.bank import TextBank
from simulator.text.render import choose_family, choose_topic

# A ticket's opening message and attachments follow within seconds: none may cross midnight.
_LAST_MINUTE = 15


@dataclass(frozen=True)
class Cases:
    """Columns of shape (n,), a row a case; instants in local seconds.

    Attributes:
        day: Number of the day of creation in the business calendar.
        created: When it was created.
        number: Its place among the day's cases, from 1.
        draws: (len(Draw), n) raw draws; fewer once `without_spent_draws`.
        channel, pqrs_type, priority: As filed: indices into CHANNELS, TYPES, PRIORITIES.
        true_type, true_priority: What the text means.
        subtype: Index into SUBTYPES.
        municipality: Index into `seeds.municipalities()`.
        topic, family: Of the text, as the bank numbers them.
        is_mixed: Whether the text has a second intent.
        wait: Mean wait for assignment that its queue imposes, in work seconds.
    """

    day: I64
    created: I64
    number: I64
    draws: U64
    channel: I64
    pqrs_type: I64
    priority: I64
    true_type: I64
    true_priority: I64
    subtype: I64
    municipality: I64
    topic: I64
    family: I64
    is_mixed: Bool
    wait: I64

    def __len__(self) -> int:
        return len(self.created)

    def raw(self, column: Draw) -> U64:
        """Return one column of draws."""
        return np.asarray(self.draws[column])

    def take(self, rows: I64) -> Self:
        """Return some of the cases."""
        return type(self)(
            **{f.name: getattr(self, f.name).take(rows, axis=-1) for f in fields(self)}
        )

    def without_spent_draws(self) -> Self:
        """Return the cases with only the draws that writing their events still needs."""
        return replace(self, draws=np.ascontiguousarray(self.draws[:KEPT_DRAWS]))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the cases of several tables, in their order."""
        names = [f.name for f in fields(cls)]
        return cls(**{n: np.concatenate([getattr(p, n) for p in parts], axis=-1) for n in names})


@dataclass(frozen=True)
class CaseTables:
    """Thresholds that turn draws into the attributes of a case."""

    hours: tuple[U64, ...]
    channel: U64
    misfiled: tuple[U64, ...]
    subtype: U64
    priority: U64
    misjudged: tuple[U64, ...]
    municipality: U64

    @classmethod
    def of(cls, config: SimulationConfig) -> Self:
        """Lay out the tables of a configuration."""
        world = config.world
        return cls(
            hours=tuple(thresholds(weights) for weights in world.hours),
            channel=thresholds(world.case.channel),
            misfiled=_others(world.case.pqrs_type),
            subtype=thresholds(world.case.petition_subtype),
            priority=thresholds(world.case.priority),
            misjudged=_others(world.case.priority),
            municipality=thresholds([m.population for m in municipalities()]),
        )


def _others(shares: tuple[float, ...]) -> tuple[U64, ...]:
    """For each option, how the other options share what is taken for it by mistake."""
    floor = 1e-12
    return tuple(
        thresholds([max(share, floor) if i != own else 0.0 for i, share in enumerate(shares)])
        for own in range(len(shares))
    )


def open_cases(
    config: SimulationConfig,
    tables: CaseTables,
    queues: Queues,
    bank: TextBank,
    days: Sequence[date],
) -> Cases:
    """Draw the cases created on some days, day after day."""
    numbers, filed, raw, waits = [], [], [], []
    for day, wait in zip(days, queues.waits(days), strict=True):
        types = queues.filed_types(day)
        filed.append(types)
        raw.append(draws(config.seed, Entity.CASE, day.toordinal(), len(types), len(Draw)))
        numbers.append(np.full(len(types), business_calendar().number(day)))
        waits.append(wait[types])
    drawn = np.ascontiguousarray(np.concatenate(raw).T)
    return _drawn(config, tables, bank, np.concatenate(numbers), np.concatenate(filed), drawn,
                  np.concatenate(waits))  # fmt: skip


def _drawn(
    config: SimulationConfig,
    tables: CaseTables,
    bank: TextBank,
    day: I64,
    filed: I64,
    drawn: U64,
    wait: I64,
) -> Cases:
    case = config.world.case
    channel = categorical(drawn[Draw.CHANNEL], tables.channel)
    true_type = _mistaken(drawn[Draw.MISFILED], case.misfiled, filed, tables.misfiled, len(TYPES))
    priority = categorical(drawn[Draw.PRIORITY], tables.priority)
    true_priority = _mistaken(
        drawn[Draw.MISJUDGED], case.misjudged_priority, priority, tables.misjudged, len(PRIORITIES)
    )
    created = day * DAY + time_of_day(
        drawn[Draw.CREATED_HOUR], drawn[Draw.CREATED_SECOND], channel, tables
    )
    subtype = np.where(filed == 0, categorical(drawn[Draw.SUBTYPE], tables.subtype), 0)
    return Cases(
        day=day,
        created=created,
        number=_numbers(created, day, drawn[Draw.TICKET_HIGH]),
        draws=drawn,
        channel=channel,
        pqrs_type=filed,
        priority=priority,
        true_type=true_type,
        true_priority=true_priority,
        subtype=subtype,
        municipality=categorical(drawn[Draw.MUNICIPALITY], tables.municipality),
        topic=choose_topic(bank, drawn[Draw.TOPIC], true_type),
        family=choose_family(bank, drawn[Draw.FAMILY], true_type),
        is_mixed=happens(drawn[Draw.MIXED], case.mixed_intent),
        wait=wait,
    )


def _numbers(created: I64, day: I64, tie: U64) -> I64:
    """Number the cases of each day from 1 in the order of their creation."""
    order = np.lexsort((tie, created))
    days = day[order]
    number = np.empty(len(day), dtype=np.int64)
    number[order] = np.arange(len(day)) - np.searchsorted(days, days, side="left") + 1
    return number


def time_of_day(hour: U64, second: U64, channel: I64, tables: CaseTables) -> I64:
    """Draw the second of the day at which a citizen writes, by channel."""
    hours = np.zeros(len(hour), dtype=np.int64)
    for index, bounds in enumerate(tables.hours):
        rows = np.flatnonzero(channel == index)
        hours[rows] = categorical(hour[rows], bounds)
    return hours * 3_600 + pick(second, 3_600 - _LAST_MINUTE)


def _mistaken(raw: U64, share: float, filed: I64, tables: tuple[U64, ...], options: int) -> I64:
    """Replace a share of the filed values by what was really meant."""
    meant = filed.copy()
    wrong = np.flatnonzero(happens(raw, share))
    # Within the share that is wrong, the rest of the draw is again uniform.
    rest = raw[wrong] * np.uint64(0x9E3779B97F4A7C15)
    for own in range(options):
        rows = filed[wrong] == own
        meant[wrong[rows]] = categorical(rest[rows], tables[own])
    return meant


def work_seconds(business_days: float) -> int:
    """Turn business days of office time into work seconds."""
    return round(business_days * OFFICE_DAY)
