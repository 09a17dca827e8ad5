"""Cases whose first messages are nearly the same: copies, and petitions that many people sign.

MinHash with fixed seeds proposes pairs, the exact share of common features decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from orchestration.enrichment.characters import I64
from orchestration.search.vectors import Vectors

# Sixteen bands of four: of pairs that share 80 % of their features it misses one in 5,000.
_BANDS: Final = 16
_ROWS: Final = 4
# Of many messages that a band puts together, each is compared with so many others.
_NEIGHBOURS: Final = 8
_SEED: Final = 20250901
# A greeting alone makes nobody a signatory.
_LEAST_FEATURES: Final = 8


@dataclass(frozen=True)
class Duplicates:
    """Cases whose first messages are nearly the same, as a chain of alike pairs.

    Attributes:
        group_id: The smallest ticket_id among them.
        ticket_ids: All of them, ascending.
        message_id: The first message of the case `group_id`.
    """

    group_id: UUID
    ticket_ids: tuple[UUID, ...]
    message_id: UUID


def duplicates(vectors: Vectors, least_share: float) -> list[Duplicates]:
    """Group the cases, the largest group first, then by group_id.

    Args:
        vectors: Messages in the order in which they were written.
        least_share: Of the features that either of two messages has, the least share that both
            must have, 0 to 1.
    """
    first = _first_messages(vectors)
    if not len(first):
        return []
    pairs = np.array([*_alike(vectors, first, least_share)], np.int64).reshape(-1, 2)
    links = coo_array((np.ones(len(pairs), np.int8), pairs.T), shape=(len(first), len(first)))
    _, label = connected_components(links, directed=False)
    order = np.argsort(label, kind="stable")
    chains = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    found = [_group(vectors, first[chain]) for chain in chains if len(chain) > 1]
    return sorted(found, key=lambda group: (-len(group.ticket_ids), group.group_id))


def _first_messages(vectors: Vectors) -> I64:
    """The places of the first message of each case, of those with enough features."""
    halves = np.ascontiguousarray(vectors.ticket_id).view(">u8").reshape(-1, 2)
    _, first = np.unique(halves, axis=0, return_index=True)
    is_long = np.diff(vectors.begin)[first] >= _LEAST_FEATURES
    places: I64 = np.sort(first[is_long]).astype(np.int64)
    return places


def _alike(vectors: Vectors, first: I64, least_share: float) -> Iterator[tuple[int, int]]:
    """Yield pairs of places in `first` whose messages are alike; enough of them to link all."""
    random = np.random.default_rng(_SEED)
    sizes = np.diff(vectors.begin)[first]
    begin = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    chosen = np.repeat(vectors.begin[first] - begin[:-1], sizes) + np.arange(begin[-1])
    feature = _mixed(vectors.feature[chosen].astype(np.uint64), np.uint64(0xBF58476D1CE4E5B9))
    checked: set[tuple[int, int]] = set()
    for _ in range(_BANDS):
        key = np.zeros(len(first), np.uint64)
        for factor, shift in random.integers(1, 1 << 63, (_ROWS, 2), dtype=np.uint64):
            mixed = _mixed(feature ^ shift, factor | np.uint64(1))
            key = key * np.uint64(0x9E3779B97F4A7C15) + np.minimum.reduceat(mixed, begin[:-1])
        order = np.argsort(key, kind="stable")
        key = key[order]
        for step in range(1, _NEIGHBOURS + 1):
            for place in np.flatnonzero(key[step:] == key[:-step]).tolist():
                pair = int(order[place]), int(order[place + step])
                if pair not in checked:
                    checked.add(pair)
                    if _share(feature, begin, *pair) >= least_share:
                        yield pair


def _mixed(numbers: np.ndarray, factor: np.uint64) -> np.ndarray:
    """Numbers whose every bit depends on every bit, one to one (the finaliser of SplitMix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * factor
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: np.ndarray = numbers ^ (numbers >> np.uint64(31))
    return mixed


def _share(feature: np.ndarray, begin: I64, one: int, other: int) -> float:
    """Features that both messages have, of those that either has."""
    left, right = (feature[begin[place] : begin[place + 1]] for place in (one, other))
    common = len(np.intersect1d(left, right, assume_unique=True))
    return common / (len(left) + len(right) - common)


def _group(vectors: Vectors, places: I64) -> Duplicates:
    by_ticket = {
        UUID(bytes=vectors.ticket_id[place].tobytes()): UUID(
            bytes=vectors.message_id[place].tobytes()
        )
        for place in places.tolist()
    }
    tickets = tuple(sorted(by_ticket))
    return Duplicates(tickets[0], tickets, by_ticket[tickets[0]])
