"""The lines of an object that look canonical, as columns for the engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.bronze.heads import Heads, read_heads
from orchestration.bronze.rules import EVENT_TYPES, Rules
from orchestration.bronze.split import Block, Lines
from orchestration.bronze.tails import read_messages, read_transitions, text_views, transitions

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

_MESSAGE: Final = EVENT_TYPES.index("MESSAGE_ADDED")
_TRANSITION: Final = EVENT_TYPES.index("STATUS_CHANGED")


@dataclass(frozen=True)
class Candidates:
    """Lines that the engine may take.

    `table` has line_no, event_id, ticket_id, kind (place in EVENT_TYPES), event_type, ts, role,
    text_len, status_from, status_to, actor_role, and `payload`: the literal of a message's text,
    or the `data` of a creation or an attachment as JSON. `is_sorted`: strictly by ts.
    `is_distinct`: certainly no event_id twice.
    """

    table: pa.Table
    is_sorted: bool
    is_distinct: bool


def read_candidates(lines: Lines, rules: Rules, day: date) -> Candidates:
    """Read the fixed parts of all lines; those with another form are left out."""
    tables, instants, keys = [], [], []
    for block in lines.blocks():
        buffer = np.frombuffer(block.content, np.uint8)
        heads = read_heads(buffer, block.bounds, block.texts(), day)
        tables.append(_table(block, buffer, heads, rules))
        instants.append(heads.micros)
        keys.append(_id_keys(heads.event_id))
    if not tables:
        return Candidates(_EMPTY, is_sorted=True, is_distinct=True)
    every = np.concatenate(keys)
    return Candidates(
        pa.concat_tables(tables),
        is_sorted=bool((np.diff(np.concatenate(instants)) > 0).all()),
        is_distinct=len(np.unique(every)) == len(every),
    )


def _table(block: Block, buffer: Bytes, heads: Heads, rules: Rules) -> pa.Table:
    total = len(heads.index)
    kept = np.ones(total, bool)
    start, length = heads.data_start.copy(), heads.data_length.copy()
    move = np.full(total, -1, np.int64)
    role = np.full(total, -1, np.int8)
    text_len = np.zeros(total, np.int64)

    rows = np.flatnonzero(heads.kind == _TRANSITION)
    move[rows] = read_transitions(buffer, start[rows] + length[rows], length[rows], rules)
    kept[rows] = move[rows] >= 0
    length[rows] = 0  # nothing of it is left to read

    rows = np.flatnonzero(heads.kind == _MESSAGE)
    messages = read_messages(buffer, start[rows], length[rows], rules)
    kept[rows] = messages.is_canonical
    role[rows], text_len[rows] = messages.role, messages.text_len
    start[rows], length[rows] = messages.start, np.maximum(messages.length, 0)

    if kept.all():
        kept_rows: slice | Flags = slice(None)  # nearly always: no copies
    else:
        kept_rows = kept
    moves = transitions(rules)
    columns = {
        "line_no": pa.array(heads.index[kept_rows] + block.first + 1),
        "event_id": _ids(heads.event_id[kept_rows]),
        "ticket_id": _ids(heads.ticket_id[kept_rows]),
        "kind": pa.array(heads.kind[kept_rows]),
        "event_type": _named(heads.kind[kept_rows], EVENT_TYPES),
        "ts": pa.array(heads.micros[kept_rows]).cast(pa.timestamp("us", tz="UTC")),
        "role": _named(role[kept_rows], rules.roles),
        "text_len": pa.array(text_len[kept_rows], mask=role[kept_rows] < 0),
        "status_from": _named(move[kept_rows], [before for before, _, _ in moves]),
        "status_to": _named(move[kept_rows], [after for _, after, _ in moves]),
        "actor_role": _named(move[kept_rows], [actor for _, _, actor in moves]),
        "payload": text_views(block.content, start[kept_rows], length[kept_rows]),
    }
    return pa.table(columns)


def _id_keys(ids: Bytes) -> npt.NDArray[np.uint64]:
    """A number for each id; equal ids have equal numbers, others almost never."""
    words = np.ascontiguousarray(ids[:, :32]).view(np.uint64)
    factors = np.array([1, 3, 5, 7], np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    last = np.ascontiguousarray(ids[:, 32:]).view(np.uint32).astype(np.uint64)
    mixed: npt.NDArray[np.uint64] = (words * factors).sum(axis=1, dtype=np.uint64)
    mixed += last[:, 0] * np.uint64(0xD6E8FEB86659FD93)
    return mixed


def _ids(matrix: Bytes) -> pa.Array:
    width = matrix.shape[1]
    offsets = np.arange(len(matrix) + 1, dtype=np.int32) * width
    content = np.ascontiguousarray(matrix)
    return pa.StringArray.from_buffers(len(matrix), pa.py_buffer(offsets), pa.py_buffer(content))


def _named(places: npt.NDArray[np.int64] | npt.NDArray[np.int8], names: Sequence[str]) -> pa.Array:
    """Names by their places, as a dictionary column; a negative place is null."""
    # Names may repeat; a dictionary must not.
    distinct = list(dict.fromkeys(names))
    codes = np.array([distinct.index(name) for name in names], np.int8)
    indices = pa.array(codes[places], mask=places < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(distinct, pa.string()))


_EMPTY: Final = pa.table(
    {
        **{
            name: pa.array([], pa.string())
            for name in (
                "event_id",
                "ticket_id",
                "event_type",
                "role",
                "status_from",
                "status_to",
                "actor_role",
                "payload",
            )
        },
        **{name: pa.array([], pa.int64()) for name in ("line_no", "kind", "text_len")},
        "ts": pa.array([], pa.timestamp("us", tz="UTC")),
    }
)
