"""Canonical transitions: a known move, then what only some of them say.

    {"status_from":"...","status_to":"...","actor_role":"..."
     [,"outcome":"..."][,"dependencia_id":"..."][,"agent_id":"..."]}

There are few moves, and few different ends after them: each end is read once, by the rules of the
slow path.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pyarrow as pa

from orchestration.bronze.fast.pieces import Bytes, Flags, Integers, Lexicon, name_lengths
from orchestration.bronze.rules import AGENT_ID, OFFICE_ID, OUTCOMES

_FROM: Final = len(b'{"status_from":"')
_TO: Final = len(b'","status_to":"')
_ACTOR: Final = len(b'","actor_role":"')
_END: Final = re.compile(
    rf'(?:,"outcome":"({"|".join(OUTCOMES)})")?(?:,"dependencia_id":"({OFFICE_ID.pattern})")?'
    rf'(?:,"agent_id":"((?:{AGENT_ID.pattern}))")?}}',
    re.ASCII,
)
# State names are short.
_WIDTH: Final = 16


@dataclass(frozen=True)
class Moves:
    """Transitions: places among the known moves (or -1), and where what follows them begins."""

    place: Integers
    end: Integers


def read_moves(buffer: Bytes, starts: Integers, known: Lexicon) -> Moves:
    """Read transitions up to the end of actor_role.

    Args:
        buffer: The bytes of the block.
        starts: Where the `data` of each line begins.
        known: The texts of every move, from the first brace to the quote after actor_role.
    """
    end = starts
    good = np.ones(len(starts), bool)
    for width in (_FROM, _TO, _ACTOR):
        end = end + width
        length = name_lengths(buffer, end, _WIDTH)
        good &= length >= 0
        end = end + np.maximum(length, 0)
    end = end + 1
    place = known.find(buffer, end, end - starts)
    return Moves(np.where(good, place, -1), end)


@lru_cache(maxsize=1 << 14)
def _read_end(text: str) -> tuple[str | None, ...] | None:
    """Outcome, office and agent of what follows a move, or None if it is not canonical."""
    found = _END.fullmatch(text)
    return found.group(1, 2, 3) if found else None


@dataclass(frozen=True)
class Ends:
    """What follows moves, in the order of lines.

    `is_good`: whether it is canonical; `place`: where its fields stand in `values`, by name.
    """

    is_good: Flags
    has_outcome: Flags
    place: Integers
    values: dict[str, pa.Array]


def read_ends(texts: pa.Array) -> Ends:
    """Read what follows moves: each distinct text once."""
    encoded = texts.dictionary_encode()
    read = [_read_end(text) for text in encoded.dictionary.to_pylist()]
    place = encoded.indices.to_numpy().astype(np.int64)
    good = np.array([found is not None for found in read], bool)
    fields = [found or (None, None, None) for found in read]
    names = ("outcome", "dependencia_id", "agent_id")
    columns = {
        name: pa.array([found[index] for found in fields], pa.string())
        for index, name in enumerate(names)
    }
    has_outcome = np.array([found[0] is not None for found in fields], bool)
    return Ends(good[place], has_outcome[place], place, columns)
