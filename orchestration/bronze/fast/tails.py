"""The canonical `data` of each type of event, read for many lines at once.

    {"external_id":"<name>","source_channel":"...","pqrs_type":"...","subtype":"...",
     "priority":"...","geo_region":"...","geo_municipio":"...","geo_code":"<5 digits>"
     [,"petitioner":{"is_anonymous":true|false[,"kind":"..."]}]}
    {"role":"...","text":"<text>","text_len":<digits>}
    {"business_days":<1 or 2 digits>,"reason":"<text>"}
    {"file_type":"<name>","size_kb":<digits>,"source_channel":"..."}

Transitions are in `moves`. A reader gives a place for each line: -1 where `data` is anything else,
which the slow path decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final

import numpy as np
import pyarrow as pa

from orchestration.bronze.fast.pieces import (
    Bytes,
    Flags,
    Integers,
    Lexicon,
    begins_with,
    name_lengths,
    numbers_before,
    windows,
)
from orchestration.bronze.rules import MAX_EXTENSION_DAYS, PETITIONER_KINDS, Rules

# The petitions' subtypes of the policies; another one is judged by the slow path.
_SUBTYPES: Final = ("general", "informacion", "consulta")
_EXTERNAL_ID: Final = b'{"external_id":"'
_FILE_TYPE: Final = b'{"file_type":"'
_SIZE: Final = b'","size_kb":'
_LENGTH: Final = b'","text_len":'
_CODE_WIDTH: Final = 5
_DAYS: Final = b'{"business_days":'
_REASON: Final = b',"reason":"'
# Kind and anonymity in the order of their texts; none at all is the place -1.
_PETITIONERS: Final = tuple(product((False, True), (None, *PETITIONER_KINDS)))


@dataclass(frozen=True)
class Created:
    """Creations: where the external_id lies, and places in `filings`, places and petitioners."""

    name_start: Integers
    name_length: Integers
    filing: Integers
    place: Integers
    petitioner: Integers


@dataclass(frozen=True)
class Messages:
    """Messages: place of the role (or -1), where the text's literal lies, and text_len."""

    role: Integers
    start: Integers
    length: Integers
    text_len: Integers


@dataclass(frozen=True)
class Attachments:
    """Attachments: where the file_type lies, size_kb, and place of the channel (or -1)."""

    name_start: Integers
    name_length: Integers
    size_kb: Integers
    channel: Integers


@dataclass(frozen=True)
class Extensions:
    """Extensions: business_days (or -1), and where the literal of the reason lies."""

    days: Integers
    start: Integers
    length: Integers


@dataclass(frozen=True, eq=False)
class TailReader:
    """Reads `data` by the known values of the rules."""

    rules: Rules

    @cached_property
    def transitions(self) -> list[tuple[str, str, str]]:
        """Every status_from, status_to and actor_role that a transition may have."""
        return list(product(self.rules.statuses, self.rules.statuses, self.rules.actor_roles))

    @cached_property
    def filings(self) -> list[tuple[str, str, str, str]]:
        """Every channel, type, subtype and priority that a canonical creation may have."""
        rules = self.rules
        return list(product(rules.channels, rules.pqrs_types, _SUBTYPES, rules.priorities))

    @cached_property
    def values(self) -> Mapping[str, pa.Array]:
        """The texts of each field at the places that the readers give."""
        moves, filings, places = self.transitions, self.filings, self.rules.places
        return {
            "status_from": _column([before for before, _, _ in moves]),
            "status_to": _column([after for _, after, _ in moves]),
            "actor_role": _column([actor for _, _, actor in moves]),
            "source_channel": _column([channel for channel, _, _, _ in filings]),
            "pqrs_type": _column([kind for _, kind, _, _ in filings]),
            "subtype": _column([subtype for _, _, subtype, _ in filings]),
            "priority": _column([priority for _, _, _, priority in filings]),
            "geo_region": _column([place.region for place in places]),
            "geo_municipio": _column([place.municipio for place in places]),
            "geo_code": _column([place.geo_code for place in places]),
            "role": _column(list(self.rules.roles)),
            "channel": _column(list(self.rules.channels)),
        }

    def is_filed_by(self, source: str) -> Flags:
        """Which `filings` came in by this channel."""
        return np.array([channel == source for channel, *_ in self.filings])

    @cached_property
    def petitioners(self) -> pa.Array:
        """The petitioners at the places that `read_created` gives."""
        fields = [{"is_anonymous": anonymous, "kind": kind} for anonymous, kind in _PETITIONERS]
        return pa.array(fields, pa.struct([("is_anonymous", pa.bool_()), ("kind", pa.string())]))

    @cached_property
    def answers(self) -> Flags:
        """Which `transitions` may have an outcome."""
        return np.array([after == "RESPONDED" for _, after, _ in self.transitions])

    def read_created(self, buffer: Bytes, starts: Integers, lengths: Integers) -> Created:
        """Read creations from the outside in: place at the end, name at the start, the rest."""
        ends = starts + lengths - 1
        petitioner = np.full(len(starts), -1, np.int64)
        for number, text in enumerate(self._petitioner_texts):
            fits = begins_with(buffer, ends - len(text), text)
            petitioner[fits] = number
            ends = np.where(fits, ends - len(text), ends)
        digits = windows(buffer, ends - _CODE_WIDTH - 1, _CODE_WIDTH) - np.uint8(ord("0"))
        code = digits.astype(np.int64) @ np.array([10_000, 1_000, 100, 10, 1], np.int64)
        place = np.where((digits <= 9).all(axis=1), self._by_code[np.minimum(code, 99_999)], -1)
        width = self._place_lengths[place]
        place = np.where(self._places.find(buffer, ends, width) == place, place, -1)
        name_start = starts + len(_EXTERNAL_ID)
        name_length = name_lengths(buffer, name_start)
        named = begins_with(buffer, starts, _EXTERNAL_ID) & (name_length >= 0)
        middle = name_start + name_length
        filing = self._filings.find(buffer, ends - width, ends - width - middle)
        good = named & (place >= 0) & (buffer[starts + lengths - 1] == ord("}"))
        return Created(name_start, name_length, np.where(good, filing, -1), place, petitioner)

    def read_messages(self, buffer: Bytes, starts: Integers, lengths: Integers) -> Messages:
        """Read all of messages but their texts, whose literals may still be anything."""
        role = np.full(len(starts), -1, np.int64)
        text_start = starts.copy()
        for place, name in enumerate(self.rules.roles):
            opening = f'{{"role":"{name}","text":"'.encode()
            fits = begins_with(buffer, starts, opening)
            role[fits] = place
            text_start[fits] += len(opening)
        number = numbers_before(buffer, starts + lengths - 1)
        text_end = number.starts - len(_LENGTH)
        good = begins_with(buffer, text_end, _LENGTH) & (number.values >= 0)
        good &= text_end >= text_start
        role[~good] = -1
        return Messages(role, text_start, text_end - text_start, number.values)

    def read_attachments(self, buffer: Bytes, starts: Integers, lengths: Integers) -> Attachments:
        """Read attachments from the outside in."""
        ends = starts + lengths
        channel = np.full(len(starts), -1, np.int64)
        number_end = ends.copy()
        for place, name in enumerate(self.rules.channels):
            closing = f',"source_channel":"{name}"}}'.encode()
            fits = begins_with(buffer, ends - len(closing), closing)
            channel[fits] = place
            number_end[fits] -= len(closing)
        number = numbers_before(buffer, number_end)
        name_start = starts + len(_FILE_TYPE)
        name_length = name_lengths(buffer, name_start)
        good = begins_with(buffer, starts, _FILE_TYPE) & (number.values > 0)
        good &= begins_with(buffer, number.starts - len(_SIZE), _SIZE)
        good &= name_start + name_length == number.starts - len(_SIZE)
        channel[~good] = -1
        return Attachments(name_start, name_length, number.values, channel)

    def read_extensions(self, buffer: Bytes, starts: Integers, lengths: Integers) -> Extensions:
        """Read all of extensions but their reasons, whose literals may still be anything."""
        days = np.full(len(starts), -1, np.int64)
        begin = starts + len(_DAYS)
        reason = begin.copy()
        for width in (1, 2):
            fits = begins_with(buffer, begin + width, _REASON)
            number = numbers_before(buffer, begin + width)
            fits &= number.starts == begin
            days[fits] = number.values[fits]
            reason[fits] = begin[fits] + width + len(_REASON)
        end = starts + lengths - 2
        good = begins_with(buffer, starts, _DAYS) & begins_with(buffer, end, b'"}') & (reason < end)
        good &= (days > 0) & (days <= MAX_EXTENSION_DAYS)
        return Extensions(np.where(good, days, -1), reason, end - reason)

    @cached_property
    def moves(self) -> Lexicon:
        """The texts of `transitions`, up to the quote after actor_role."""
        form = '{{"status_from":"{}","status_to":"{}","actor_role":"{}"'
        return Lexicon.of([form.format(*move).encode() for move in self.transitions])

    @cached_property
    def _filings(self) -> Lexicon:
        form = '","source_channel":"{}","pqrs_type":"{}","subtype":"{}","priority":"{}"'
        return Lexicon.of([form.format(*filing).encode() for filing in self.filings])

    @cached_property
    def _places(self) -> Lexicon:
        form, places = ',"geo_region":"{}","geo_municipio":"{}","geo_code":"{}"', self.rules.places
        return Lexicon.of([form.format(p.region, p.municipio, p.geo_code).encode() for p in places])

    @cached_property
    def _petitioner_texts(self) -> list[bytes]:
        texts = []
        for anonymous, kind in _PETITIONERS:
            named = "" if kind is None else f',"kind":"{kind}"'
            flags = f'"is_anonymous":{str(anonymous).lower()}{named}'
            texts.append(f',"petitioner":{{{flags}}}'.encode())
        return texts

    @cached_property
    def _place_lengths(self) -> Integers:
        return np.array([len(text) for text in self._places.texts], np.int64)

    @cached_property
    def _by_code(self) -> Integers:
        found = np.full(100_000, -1, np.int64)
        for place, known in enumerate(self.rules.places):
            found[int(known.geo_code)] = place
        return found


def _column(texts: list[str]) -> pa.Array:
    return pa.array(texts, pa.string())
