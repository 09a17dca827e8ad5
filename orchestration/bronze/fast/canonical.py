"""The strict fast path: it takes a line only if the line is its own canonical form.

Lines are compared with the contract's compact form piece by piece, and every byte of a line belongs
to a piece. So nothing can hide in one: no unknown or double key, no other type, no escape but a
line break. Every line that differs in a byte is left to the slow path, which decides.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.bronze.blocks import Block
from orchestration.bronze.fast.heads import Heads, read_heads
from orchestration.bronze.fast.moves import read_ends, read_moves
from orchestration.bronze.fast.pieces import (
    Bytes,
    Flags,
    Integers,
    ids_of,
    slices,
    text_lines,
    unescaped,
)
from orchestration.bronze.fast.tails import TailReader
from orchestration.bronze.rules import (
    EVENT_TYPES,
    MAX_STRING_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    Rules,
)
from orchestration.bronze.table import DATA_FIELDS, JUDGED

# A piece may be looked at a little beyond its line.
_PADDING: Final = 128
_KIND: Final = {name: place for place, name in enumerate(EVENT_TYPES)}


@dataclass(frozen=True)
class Canonical:
    """The lines of a block that certainly enter bronze, in the order of the block.

    `events` has the columns of `table.JUDGED`, names as dictionaries; `micros` are their instants
    in microseconds since 1970; `is_distinct`: certainly no event_id twice.
    """

    events: pa.Table
    micros: Integers
    is_distinct: bool

    @property
    def places(self) -> Integers:
        """The places of the lines in their object, from 0."""
        return np.asarray(self.events["line_no"].to_numpy()) - 1

    @property
    def is_sorted(self) -> bool:
        """Whether they are in the order of time, and no two at the same."""
        return bool((np.diff(self.micros) > 0).all())


def read_canonical(block: Block, rules: Rules, source: str, day: date) -> Canonical:
    """Take the canonical lines of a block of an object that holds the events of `source` on `day`.

    Lines that the rules refuse, canonical or not, are left out: the slow path names the reason.
    """
    content = np.frombuffer(block.content, np.uint8)
    buffer = np.concatenate((content, np.zeros(_PADDING, np.uint8)))
    heads = read_heads(buffer, block.bounds, text_lines(block.content, block.bounds), day)
    reader = _BlockReader(block, buffer, heads, _reader(rules), source)
    event_ids = heads.event_id[reader.kept]
    keys = np.sort(_id_keys(event_ids))
    is_distinct = bool((keys[1:] != keys[:-1]).all())
    return Canonical(reader.events(), heads.micros[reader.kept], is_distinct)


@lru_cache(maxsize=4)
def _reader(rules: Rules) -> TailReader:
    return TailReader(rules)


class _BlockReader:
    """The lines of a block whose head is canonical, column by column."""

    def __init__(
        self, block: Block, buffer: Bytes, heads: Heads, reader: TailReader, source: str
    ) -> None:
        self._block, self._buffer, self._heads, self._reader = block, buffer, heads, reader
        self._source = source
        self._columns: dict[str, pa.Array] = {}
        self._names_of: dict[str, tuple[Integers, list[pa.Array]]] = {}
        self.kept: Flags = np.zeros(len(heads.index), bool)
        self._transitions()
        self._messages()
        self._creations()
        self._attachments()
        self._extensions()

    def events(self) -> pa.Table:
        """The kept lines, with the columns of `table.JUDGED`; names as dictionaries."""
        heads, kept = self._heads, self.kept
        data = {name: self._column(name, kind) for name, kind in DATA_FIELDS.items()}
        struct = pa.StructArray.from_arrays(list(data.values()), names=list(data))
        rows: Any = slice(None)
        if not kept.all():
            rows = np.flatnonzero(kept)
            struct = struct.take(pa.array(rows))
        return pa.table(
            {
                "line_no": pa.array(heads.index[rows] + self._block.first + 1),
                "event_id": ids_of(heads.event_id[rows]),
                "ticket_id": ids_of(heads.ticket_id[rows]),
                "event_type": _dictionary(heads.kind[rows].astype(np.int64), _event_types()),
                "ts": pa.array(heads.micros[rows]).cast(JUDGED.field("ts").type),
                "ts_original": pa.nulls(int(kept.sum()), pa.string()),
                "data": struct,
            }
        )

    def _rows(self, kind: str) -> tuple[Integers, Integers, Integers]:
        rows = np.flatnonzero(self._heads.kind == _KIND[kind])
        return rows, self._heads.data_start[rows], self._heads.data_length[rows]

    def _transitions(self) -> None:
        rows, starts, lengths = self._rows("STATUS_CHANGED")
        moves = read_moves(self._buffer, starts, self._reader.moves)
        good = np.flatnonzero((moves.place >= 0) & (moves.end < starts + lengths))
        ends = read_ends(self._pieces(moves.end[good], (starts + lengths - moves.end)[good]))
        is_allowed = ends.is_good & (~ends.has_outcome | self._reader.answers[moves.place[good]])
        good, place = good[is_allowed], ends.place[is_allowed]
        for name in ("status_from", "status_to", "actor_role"):
            self._named(name, rows[good], moves.place[good])
        for name, values in ends.values.items():
            self._named_by(name, rows[good], place, values)

    def _messages(self) -> None:
        rows, starts, lengths = self._rows("MESSAGE_ADDED")
        found = self._reader.read_messages(self._buffer, starts, lengths)
        good = np.flatnonzero((found.role >= 0) & (found.length <= MAX_TEXT_CHARACTERS))
        texts = self._pieces(found.start[good], found.length[good])
        is_plain, texts = unescaped(texts)
        good = good[is_plain]
        characters = pc.utf8_length(texts).to_numpy()
        is_consistent = (characters == found.text_len[good]) & (characters > 0)
        if not is_consistent.all():
            good, texts = good[is_consistent], texts.filter(pa.array(is_consistent))
        self._named("role", rows[good], found.role[good])
        self._put("text", rows[good], texts)
        self._put("text_len", rows[good], pa.array(found.text_len[good]))

    def _creations(self) -> None:
        rows, starts, lengths = self._rows("TICKET_CREATED")
        found = self._reader.read_created(self._buffer, starts, lengths)
        is_own = self._reader.is_filed_by(self._source)
        good = np.flatnonzero((found.filing >= 0) & is_own[found.filing])
        names = self._pieces(found.name_start[good], found.name_length[good])
        self._put("external_id", rows[good], names)
        for name in ("source_channel", "pqrs_type", "subtype", "priority"):
            self._named(name, rows[good], found.filing[good])
        for name in ("geo_region", "geo_municipio", "geo_code"):
            self._named(name, rows[good], found.place[good])
        petitioner = found.petitioner[good]
        values = self._reader.petitioners.take(pa.array(petitioner, mask=petitioner < 0))
        self._put("petitioner", rows[good], values)

    def _attachments(self) -> None:
        rows, starts, lengths = self._rows("ATTACHMENT_ADDED")
        found = self._reader.read_attachments(self._buffer, starts, lengths)
        good = np.flatnonzero(found.channel >= 0)
        names = self._pieces(found.name_start[good], found.name_length[good])
        self._put("file_type", rows[good], names)
        self._put("size_kb", rows[good], pa.array(found.size_kb[good]))
        self._named("source_channel", rows[good], found.channel[good], "channel")

    def _extensions(self) -> None:
        rows, starts, lengths = self._rows("TERM_EXTENDED")
        found = self._reader.read_extensions(self._buffer, starts, lengths)
        good = np.flatnonzero(found.days > 0)
        is_plain, reasons = unescaped(self._pieces(found.start[good], found.length[good]))
        good = good[is_plain]
        fits = np.asarray(pc.utf8_length(reasons).to_numpy() <= MAX_STRING_CHARACTERS)
        good, reasons = good[fits], reasons.filter(pa.array(fits))
        self._put("business_days", rows[good], pa.array(found.days[good]))
        self._put("reason", rows[good], reasons)

    def _pieces(self, starts: Integers, lengths: Integers) -> pa.Array:
        """Pieces of the block as texts: it is valid UTF-8, and they lie between ASCII bytes."""
        return slices(self._block.content, starts, lengths)

    def _named(self, name: str, rows: Integers, places: Integers, values: str = "") -> None:
        """A field whose texts are known: places among them."""
        self._named_by(name, rows, places, self._reader.values[values or name])

    def _named_by(self, name: str, rows: Integers, places: Integers, values: pa.Array) -> None:
        """A field whose texts are few: places among them; a text may be null."""
        self.kept[rows] = True
        found, parts = self._names_of.setdefault(name, (np.full(len(self.kept), -1, np.int64), []))
        found[rows] = places + sum(map(len, parts))
        if values.null_count:
            is_null = values.is_null().to_numpy(zero_copy_only=False)
            found[rows[is_null[places]]] = -1
        parts.append(values)

    def _put(self, name: str, rows: Integers, values: pa.Array) -> None:
        """A field with values of its own."""
        self.kept[rows] = True
        places = np.full(len(self.kept), -1, np.int64)
        places[rows] = np.arange(len(rows))
        self._columns[name] = values.take(pa.array(places, mask=places < 0))

    def _column(self, name: str, kind: pa.DataType) -> pa.Array:
        """A field of `data` over all lines, null where its type of event has none."""
        if name in self._columns:
            return self._columns[name]
        if name not in self._names_of:
            return pa.nulls(len(self.kept), kind)
        places, values = self._names_of[name]
        return _dictionary(places, pa.concat_arrays(values))


@lru_cache(maxsize=1)
def _event_types() -> pa.Array:
    # Made at its first use: `pa.array` imports pandas, which who only names this module need not.
    return pa.array(EVENT_TYPES, pa.string())


def _dictionary(places: Integers, values: pa.Array) -> pa.Array:
    """Texts by their places, -1 for null, with a dictionary of those that occur, each once."""
    used = np.flatnonzero(np.bincount(places + 1, minlength=len(values) + 1)[1:])
    distinct = values.take(pa.array(used)).dictionary_encode()
    codes = np.full(len(values) + 1, -1, np.int32)
    codes[used] = distinct.indices.to_numpy()
    indices = pa.array(codes[places], mask=places < 0)
    return pa.DictionaryArray.from_arrays(indices, distinct.dictionary)


def _id_keys(ids: Bytes) -> npt.NDArray[np.uint64]:
    """A number for each id; equal ids have equal numbers, others almost never."""
    words = np.ascontiguousarray(ids[:, :32]).view(np.uint64)
    factors = np.array([1, 3, 5, 7], np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    last = np.ascontiguousarray(ids[:, 32:]).view(np.uint32).astype(np.uint64)
    mixed: npt.NDArray[np.uint64] = (words * factors).sum(axis=1, dtype=np.uint64)
    mixed += last[:, 0] * np.uint64(0xD6E8FEB86659FD93)
    return mixed
