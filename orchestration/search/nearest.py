"""Cases whose messages are nearest to a text: cosine of TF-IDF vectors, whole numbers inside."""

import math
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
import pyarrow.compute as pc

from orchestration.enrichment.characters import I64
from orchestration.enrichment.number_set import as_arrow, as_numbers
from orchestration.search.vectors import Vectors

_THOUSAND: Final = 1000
_NO_IDS: Final = np.zeros(0, dtype="V16")


@dataclass(frozen=True)
class Near:
    """A case, its message that is nearest to the text, and how near: 0 to 1, 4 decimals."""

    ticket_id: UUID
    message_id: UUID
    score: float


def nearest(vectors: Vectors, text: str, limit: int) -> list[Near]:
    """Rank the cases by their nearest message; ties by ticket_id.

    Sums are of integers, so that the same vectors give the same scores everywhere. A case that
    shares no word with the text is not among them.
    """
    query = Vectors.of([text], _NO_IDS, _NO_IDS)
    # By hash and not by order: sorting millions of features would take most of the time. Nor does
    # anything here go through Arrow's conversions, which load pandas.
    encoded = as_arrow(vectors.feature).dictionary_encode()
    number = as_numbers(encoded.indices, np.int32).astype(np.int64)
    messages = len(vectors.begin) - 1
    idf = _idf(np.bincount(number, minlength=len(encoded.dictionary)), messages)
    at = pc.index_in(as_arrow(query.feature), value_set=encoded.dictionary).to_pylist()
    place = np.array([-1 if one is None else one for one in at], np.int64)
    # A word that no message has makes all of them less near.
    unknown = _idf(np.zeros(1, np.int64), messages)
    values = _values(query.times, np.concatenate([idf, unknown])[place])
    wanted = np.zeros(len(idf), np.int64)
    wanted[place[place >= 0]] = values[place >= 0]
    value = _values(vectors.times, idf[number])
    dots = _sums(value * wanted[number], vectors.begin)
    norms = np.sqrt(_sums(value * value, vectors.begin).astype(np.float64))
    size = math.sqrt(int((values * values).sum()))
    hits = np.flatnonzero(dots)
    scores = np.floor(dots[hits] / (norms[hits] * size) * 10_000 + 0.5) / 10_000
    found: dict[bytes, Near] = {}
    keys = [*_halves(vectors.message_id[hits]), *_halves(vectors.ticket_id[hits])]
    order = np.lexsort((*keys, -scores))
    for one in order.tolist():
        message, ticket = vectors.message_id[hits[one]], vectors.ticket_id[hits[one]]
        key = ticket.tobytes()
        if key not in found:
            found[key] = Near(UUID(bytes=key), UUID(bytes=message.tobytes()), float(scores[one]))
            if len(found) == limit:
                break
    return list(found.values())


def _idf(seen: I64, messages: int) -> I64:
    """What a feature is worth that so many messages have, in thousandths."""
    most = int(seen.max(initial=0))
    by_count = [
        round(_THOUSAND * (math.log((1 + messages) / (1 + n)) + 1)) for n in range(most + 1)
    ]
    return np.array(by_count, np.int64)[seen]


def _values(times: np.ndarray, idf: I64) -> I64:
    """Values of features, in thousandths: a word written twice counts less than twice."""
    weight = [0, *(round(_THOUSAND * (1 + math.log(n))) for n in range(1, 256))]
    values: I64 = np.array(weight, np.int64)[times] * idf // _THOUSAND
    return values


def _sums(values: I64, begin: I64) -> I64:
    total = np.concatenate([np.zeros(1, np.int64), np.cumsum(values)])
    sums: I64 = total[begin[1:]] - total[begin[:-1]]
    return sums


def _halves(ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Identifiers as keys to sort by, the less significant half first."""
    both = np.ascontiguousarray(ids).view(">u8").reshape(-1, 2)
    return both[:, 1].astype(np.uint64), both[:, 0].astype(np.uint64)
