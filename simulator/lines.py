"""Events as JSON lines: byte templates for what has a fixed width, joined with what has not.

One head template a kind of event, filled column by column; one lookup of ready-made tails wherever
the combinations are few. No Python object an event.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from simulator.business_time import DAY, UTC_OFFSET, business_calendar
from simulator.case_draws import Draw
from simulator.cases import Cases
from simulator.config import SimulationConfig
from simulator.config.model import CHANNELS, FILE_TYPES, PRIORITIES, SUBTYPES, TYPES
from simulator.events import MICROS, Events
from simulator.handling import tail_texts, tails_of
from simulator.messages import Speech
from simulator.numbering import external_ids
from simulator.seeds import municipalities
from simulator.slots import MOVES, Group, Slot
from simulator.stamps import Bytes, clocks, dates, micros, uuids
from simulator.streams import (
    I64,
    categorical,
    lognormal,
    mixed,
    tabulated,
    thresholds,
)
from simulator.templates import Piece, filled, joined, taken
from simulator.text.columns import text_column
from simulator.text.length import text_length

EVENT_TYPES = {
    Group.CREATED: "TICKET_CREATED",
    Group.OPENING: "MESSAGE_ADDED",
    Group.ATTACHMENT: "ATTACHMENT_ADDED",
    Group.STATUS: "STATUS_CHANGED",
    Group.REPLY: "MESSAGE_ADDED",
    Group.FOLLOWUP: "MESSAGE_ADDED",
    Group.EXTENSION: "TERM_EXTENDED",
}
# What opens the data object of each kind.
_OPENINGS = {
    Group.CREATED: '{"external_id":"',
    Group.OPENING: '{"role":"citizen","text":"',
    Group.ATTACHMENT: "",
    Group.STATUS: "",
    Group.REPLY: '{"role":"agent","text":"',
    Group.FOLLOWUP: '{"role":"citizen","text":"',
    Group.EXTENSION: "",
}
_LONGEST_TEXT = 6_000
# The transitions whose actor the channel decides; they have one tail.
_ACTOR_OF_CHANNEL = np.array([slot in MOVES and not MOVES[slot].actor for slot in Slot])


@dataclass(frozen=True)
class LineTables:
    """Ready-made pieces of lines for a configuration."""

    config: SimulationConfig

    @cached_property
    def status(self) -> pa.Array:
        """Transitions with their tails, slot by slot; `status_start` says where each begins."""
        texts, tails = [], tail_texts(self.config).to_pylist()
        for slot, move in MOVES.items():
            opening = f'{{"status_from":"{move.before}","status_to":"{move.after}","actor_role":"'
            # The channel decides who radicates.
            actors = [move.actor] if move.actor else [r.actor for r in self.config.world.radication]
            texts += [
                f'{opening}{actor}"{tails[tail]}'
                for actor in actors
                for tail in tails_of(self.config, slot)
            ]
        return text_column(texts)

    @cached_property
    def status_start(self) -> I64:
        """Of each slot, where a transition with the tail 0 would stand in `status`."""
        start, size = np.zeros(len(Slot), dtype=np.int64), 0
        for slot, move in MOVES.items():
            tails = tails_of(self.config, slot)
            start[slot] = size - tails.start
            size += len(tails) * (1 if move.actor else len(CHANNELS))
        return start

    @cached_property
    def filing(self) -> pa.Array:
        """What is filed, by ((channel * types + type) * subtypes + subtype) * priorities + ..."""
        return text_column(
            [
                f'"source_channel":"{channel}","pqrs_type":"{pqrs_type}","subtype":"{subtype}"'
                f',"priority":"{priority}",'
                for channel in CHANNELS
                for pqrs_type in TYPES
                for subtype in SUBTYPES
                for priority in PRIORITIES
            ]
        )

    @cached_property
    def place(self) -> pa.Array:
        """Where the citizen lives, by municipality; a tail follows."""
        return text_column(
            [
                f'"geo_region":"{m.region}","geo_municipio":"{m.name}","geo_code":"{m.geo_id}"'
                for m in municipalities()
            ]
        )

    @cached_property
    def tail(self) -> pa.Array:
        """How lines end, by `Events.tail`."""
        return tail_texts(self.config)

    @cached_property
    def file(self) -> pa.Array:
        """Type of an attachment, by file type."""
        return text_column([f'{{"file_type":"{name}","size_kb":' for name in FILE_TYPES])

    @cached_property
    def file_types(self) -> npt.NDArray[np.uint64]:
        """Thresholds of the file types."""
        return thresholds(self.config.world.attachments.file_type)

    @cached_property
    def size(self) -> pa.Array:
        """Size of an attachment in kB."""
        most = self.config.world.attachments.size_kb.most
        return text_column([str(size) for size in range(most + 1)])

    @cached_property
    def attached_by(self) -> pa.Array:
        """End of the line of an attachment, by channel."""
        return text_column([f',"source_channel":"{channel}"}}}}\n' for channel in CHANNELS])

    @cached_property
    def length(self) -> pa.Array:
        """End of a message, by the length of its text."""
        return text_column([f'","text_len":{length}}}}}\n' for length in range(_LONGEST_TEXT)])


@dataclass(frozen=True)
class Scribe:
    """Writes the lines of events of some cases.

    Attributes:
        cases: What `Events.case` points into.
        speech: Writes the messages.
        tables: Ready-made pieces.
    """

    cases: Cases
    speech: Speech
    tables: LineTables

    @cached_property
    def tickets(self) -> Bytes:
        """The ticket id of each case."""
        return ticket_ids(self.cases)

    def lines(self, group: Group, events: Events) -> pa.Array:
        """Write events that are all of one group: texts (n,), each line with its break."""
        heads, cases, case = self._heads(group, events), self.cases, events.case
        tail = self.tables.tail
        if group is Group.CREATED:
            filed = _created(cases, case, self.tables)
            return joined(heads, *filed, taken(tail, events.tail))
        if group is Group.STATUS:
            place = self.tables.status_start[events.slot] + events.tail
            place += np.where(_ACTOR_OF_CHANNEL[events.slot], cases.channel[case], 0)
            return joined(heads, taken(self.tables.status, place))
        if group is Group.EXTENSION:
            return joined(heads, taken(tail, events.tail))
        if group is Group.ATTACHMENT:
            return joined(heads, *_attached(events, cases, self.tables))
        text = self.speech.texts(group, events, cases)
        length = taken(self.tables.length, text_length(text, self.speech.bank))
        return joined(heads, text, length)

    def _heads(self, group: Group, events: Events) -> pa.Array:
        """Fill the template of a group: everything up to where widths begin to vary."""
        pieces: list[Piece] = [
            '{"event_id":"',
            uuids(*events.ids(self.cases)),
            '","ticket_id":"',
            self.tickets[events.case],
            f'","event_type":"{EVENT_TYPES[group]}","ts":"',
            *_instant(events.at),
            'Z","data":' + _OPENINGS[group],
        ]
        if group is Group.CREATED:
            pieces += [external_ids(self.cases, events.case), '",']
        return filled(pieces, len(events))


def _created(cases: Cases, case: I64, tables: LineTables) -> tuple[pa.Array, pa.Array]:
    filing = cases.channel[case] * len(TYPES) + cases.pqrs_type[case]
    filing = (filing * len(SUBTYPES) + cases.subtype[case]) * len(PRIORITIES) + cases.priority[case]
    return taken(tables.filing, filing), taken(tables.place, cases.municipality[case])


def _attached(events: Events, cases: Cases, tables: LineTables) -> tuple[pa.Array, ...]:
    rule = tables.config.world.attachments.size_kb
    raw = mixed(events.detail, 2)
    kind = categorical(raw[:, 0], tables.file_types)
    sizes = np.maximum(tabulated(raw[:, 1], lognormal(rule.median, rule.sigma, rule.most)), 1)
    channel = taken(tables.attached_by, cases.channel[events.case])
    return taken(tables.file, kind), taken(tables.size, sizes), channel


def ticket_ids(cases: Cases) -> Bytes:
    """Write the ticket ids of cases."""
    return uuids(cases.raw(Draw.TICKET_HIGH), cases.raw(Draw.TICKET_LOW))


def _instant(at: I64) -> list[Piece]:
    """Local microseconds as the pieces of an ISO instant in UTC."""
    calendar = business_calendar()
    seconds = at // MICROS
    fraction = at - seconds * MICROS
    seconds = seconds + UTC_OFFSET
    day = seconds // DAY
    days = dates(calendar.first, len(calendar.is_business_day) + 1)
    return [
        days[day],
        "T",
        clocks()[seconds - day * DAY],
        ".",
        micros(fraction),
    ]
