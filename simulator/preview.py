"""A world drawn in the terminal: volume, channels, backlog, and one case from end to end."""

import json
import textwrap
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np

from simulator.arrivals import spike_of
from simulator.business_time import DAY, business_calendar
from simulator.cases import Cases
from simulator.config import SimulationConfig
from simulator.config.model import CHANNELS, TYPES
from simulator.life import live
from simulator.lines import ticket_ids
from simulator.slots import ABSENT, CLOSINGS, REOPENINGS, Slot
from simulator.streams import I64
from simulator.world import Machinery, check_range, simulate

_LOCAL = timezone(timedelta(hours=-5))
_BAR = 40
_TEXT = 88
_MOST_ROWS = 45
# The sample is sought among the cases of the first days, so that it ends within most ranges.
_SAMPLE_DAYS = 10


def preview(config: SimulationConfig, first: date, last: date) -> str:
    """Return the drawing of a range of days.

    Raises:
        RangeError: Days outside the world or the business calendar.
    """
    check_range(config, first, last)
    machinery = Machinery(config)
    cases = machinery.open(config.start, last)
    at = live(config, machinery.cases, cases).at
    shown = cases.day >= business_calendar().number(first)
    parts = [
        f"World {config.config_hash[:12]}, seed {config.seed}: {first} to {last}, "
        f"{int(shown.sum()):,} tickets",
        *_volume(config, cases, at, first, last),
        *_shares("Channels", CHANNELS, cases.channel[shown]),
        *_shares("Types", TYPES, cases.pqrs_type[shown]),
        *_sample(config, cases.take(np.flatnonzero(shown)), at[:, shown], first, last),
    ]
    return "\n".join(parts)


def _volume(
    config: SimulationConfig, cases: Cases, at: I64, first: date, last: date
) -> Iterator[str]:
    """Tickets created and cases open, a day or a week a row, whichever fits the screen."""
    calendar = business_calendar()
    low, high = calendar.number(first), calendar.number(last)
    created = np.bincount(cases.day, minlength=high + 1)[low : high + 1]
    opened = np.bincount(cases.day, minlength=high + 1).astype(np.int64)
    for slots, change in ((CLOSINGS, -1), (REOPENINGS, 1)):
        for slot in slots:
            days = at[slot][at[slot] != ABSENT] // DAY
            opened += change * np.bincount(days[days <= high], minlength=high + 1)
    backlog = np.cumsum(opened)[low : high + 1]
    step = 1 if high - low < _MOST_ROWS else 7
    sums = [int(created[i : i + step].sum()) for i in range(0, len(created), step)]
    unit = "day" if step == 1 else "week"
    yield f"\nTickets created a {unit} (* in a spike), and cases open at its end"
    for row, number in enumerate(sums):
        day = first + timedelta(days=row * step)
        end = min((row + 1) * step, len(created)) - 1
        is_spike = spike_of(config.world.arrivals, day) is not None
        mark = "*" if is_spike else " "
        yield (
            f"  {day} {day:%a}{mark} {number:>7,} {_bar(number, max(sums)):<{_BAR}} "
            f"{int(backlog[end]):>8,} open"
        )


def _shares(title: str, names: tuple[str, ...], index: I64) -> Iterator[str]:
    counts = np.bincount(index, minlength=len(names))
    yield f"\n{title}"
    for name, number in zip(names, counts.tolist(), strict=True):
        share = number / max(len(index), 1)
        yield f"  {name:<14} {_bar(number, int(counts.max())):<{_BAR}} {100 * share:5.1f} %"


def _bar(number: int, most: int) -> str:
    return "█" * round(_BAR * number / max(most, 1))


def _sample(
    config: SimulationConfig, cases: Cases, at: I64, first: date, last: date
) -> Iterator[str]:
    """The life of the case with most events among those that begin early and end in the range."""
    end = (business_calendar().number(last) + 1) * DAY
    early = cases.day < business_calendar().number(first) + _SAMPLE_DAYS
    length = (at != ABSENT).sum(axis=0)
    ended = (at[Slot.ARCHIVED] < end) & early
    eligible = ended if ended.any() else early
    if not eligible.any():
        return
    chosen = int(np.argmax(np.where(eligible, length, 0)))
    ticket = ticket_ids(cases)[chosen]
    yield f"\nOne case: {ticket.decode()}"
    for raw in simulate(config, first, last):
        if raw.source != CHANNELS[cases.channel[chosen]] or ticket not in raw.payload:
            continue
        for line in raw.payload.splitlines():
            if ticket in line:
                yield from _told(json.loads(line))


def _told(event: dict[str, Any]) -> Iterator[str]:
    moment = datetime.fromisoformat(event["ts"]).astimezone(_LOCAL)
    data, when = event["data"], f"  {moment:%Y-%m-%d %a %H:%M:%S}"
    match event["event_type"]:
        case "TICKET_CREATED":
            yield (
                f"{when}  filed by {data['source_channel']} as {data['pqrs_type']} "
                f"({data['subtype']}, {data['priority']}) from {data['geo_municipio']}, "
                f"{data['geo_region']}: {data['external_id']}"
            )
        case "STATUS_CHANGED":
            yield f"{when}  {data['status_from']} > {data['status_to']} ({data['actor_role']})"
        case "ATTACHMENT_ADDED":
            yield f"{when}  file: {data['file_type']}, {data['size_kb']:,} KB"
        case _:
            yield f"{when}  {data['role']} writes:"
            for paragraph in data["text"].splitlines():
                yield from textwrap.wrap(
                    paragraph, _TEXT, initial_indent=" " * 8, subsequent_indent=" " * 8
                )
