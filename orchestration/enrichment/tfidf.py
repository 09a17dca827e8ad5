"""The linear model: TF-IDF of word stems and pairs of neighbouring stems, logistic regression.

Sums are of integers, and exponentials those of the C library, so that neither the number of texts
nor the processor changes a digit.
"""

import csv
import io
import math
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from orchestration.enrichment.characters import I64
from orchestration.enrichment.lookup import Lookup
from orchestration.enrichment.words import BITS, STEM_LETTERS, Words, stem_name, stem_of

TYPES: Final = ("p", "q", "r", "s")
PRIORITIES: Final = ("alta", "media", "baja")
LABELS: Final = (*TYPES, *PRIORITIES)
# Which label wins a tie: the last one in the alphabet.
_TYPE_ORDER: Final = np.array([3, 2, 1, 0])
_PRIORITY_ORDER: Final = np.array([1, 2, 0])
_PAIR: Final = BITS * STEM_LETTERS
_MOST_TERMS: Final = 5
# What a sum over a text's terms may be at most; a text has at most 10,000 words.
_WEIGHT_BITS: Final = 34
_TERM_BITS: Final = 16
_MOST_TEXTS: Final = 1 << (63 - _WEIGHT_BITS - _TERM_BITS)


class Weighed(NamedTuple):
    """What the model says of texts, a list per column; null where it knows no word of a text."""

    predicted_type: list[str | None]
    predicted_priority: list[str | None]
    score: list[float | None]
    margin: list[float | None]
    explain_json: list[str]

    def put(self, place: int, other: "Weighed", of: int) -> None:
        """Take over what is said of another one's text."""
        self.predicted_type[place] = other.predicted_type[of]
        self.predicted_priority[place] = other.predicted_priority[of]
        self.score[place] = other.score[of]
        self.margin[place] = other.margin[of]
        self.explain_json[place] = other.explain_json[of]

    def add(self, other: "Weighed") -> None:
        """Add what is said of further texts."""
        self.predicted_type.extend(other.predicted_type)
        self.predicted_priority.extend(other.predicted_priority)
        self.score.extend(other.score)
        self.margin.extend(other.margin)
        self.explain_json.extend(other.explain_json)

    @classmethod
    def nothing(cls, texts: int) -> "Weighed":
        """What is said of texts without a known word."""
        none = [None] * texts
        return cls([*none], [*none], [*none], [*none], [_NO_TERMS] * texts)


_NO_TERMS: Final = '{"terms":[]}'


class Linear:
    """The features with their weights, ready to be looked for.

    Args:
        features: Bytes of the CSV: feature, idf, one weight per label; thousandths.
        intercepts: By label; thousandths.
    """

    def __init__(self, features: bytes, intercepts: Mapping[str, int]) -> None:
        rows = list(csv.reader(io.StringIO(features.decode())))[1:]
        names = sorted(row[0] for row in rows)
        by_name = {row[0]: row[1:] for row in rows}
        # A feature's number is its place in the alphabet.
        self._known = Lookup([_code(name) for name in names])
        table = np.array([by_name[name] for name in names], np.int64).reshape(len(names), 8)
        self._idf, self._weights = table[:, 0].copy(), table[:, 1:].T.copy()
        self._names = [f'{{"term":"{name}","weight":' for name in names]
        self._intercepts = np.array([intercepts[label] for label in LABELS]) / 1000
        self._logarithms = np.array([0.0])

    def judge(self, words: Words) -> Weighed:
        """Judge texts by the features that they hold."""
        judged = Weighed.nothing(0)
        text, feature, value = self._values(words)
        for first in range(0, words.texts, _MOST_TEXTS):
            texts = min(_MOST_TEXTS, words.texts - first)
            bounds = np.searchsorted(text, (first, first + texts))
            here = slice(*bounds.tolist())
            judged.add(self._judged(text[here] - first, feature[here], value[here], texts))
        return judged

    def _values(self, words: Words) -> tuple[I64, I64, I64]:
        """Return the features of texts, in their order: text, number, value in thousandths."""
        text, code = features_of(words)
        number = self._known.places(code)
        is_known = number >= 0
        key = text[is_known] << _TERM_BITS | number[is_known]
        key.sort()
        is_first = np.concatenate([np.ones(1, np.bool_), key[1:] != key[:-1]])[: len(key)]
        starts = np.flatnonzero(is_first)
        times = np.diff(np.append(starts, len(key)))
        key = key[starts]
        feature = key & ((1 << _TERM_BITS) - 1)
        value = np.floor((1 + self._logarithm(times)) * self._idf[feature] + 0.5).astype(np.int64)
        return key >> _TERM_BITS, feature, value

    def _logarithm(self, times: I64) -> np.ndarray:
        most = int(times.max(initial=1))
        if most > len(self._logarithms):
            self._logarithms = np.array([math.log(number) for number in range(1, most + 1)])
        return self._logarithms[times - 1]

    def _judged(self, text: I64, feature: I64, value: I64, texts: int) -> Weighed:
        starts = np.flatnonzero(np.diff(text, prepend=-1))
        judged = Weighed.nothing(texts)
        if not len(starts):
            return judged
        sums = np.stack(
            [np.add.reduceat(value * weights[feature], starts) for weights in self._weights], axis=1
        )
        scale = np.sqrt(np.add.reduceat(value * value, starts).astype(np.float64)) * 1000
        logits = self._intercepts + sums / scale[:, None]
        types, priorities = logits[:, : len(TYPES)], logits[:, len(TYPES) :]
        ranked = _TYPE_ORDER[np.argsort(-types[:, _TYPE_ORDER], axis=1, kind="stable")]
        urgency = _PRIORITY_ORDER[np.argmax(priorities[:, _PRIORITY_ORDER], axis=1)]
        behind = np.take_along_axis(types, ranked, axis=1)
        second, third, fourth = _exponentials((behind - behind[:, :1])[:, 1:]).T
        total = 1 + second + third + fourth
        best = np.repeat(ranked[:, 0], np.diff(np.append(starts, len(text))))
        terms = self._terms(text, feature, value * self._weights[best, feature], scale)
        known = Weighed(
            [TYPES[number].upper() for number in ranked[:, 0].tolist()],
            [PRIORITIES[number] for number in urgency.tolist()],
            _rounded(1 / total),
            _rounded((1 - second) / total),
            terms,
        )
        if len(starts) == texts:
            return known
        for of, place in enumerate(text[starts].tolist()):
            judged.put(place, known, of)
        return judged

    def _terms(self, text: I64, feature: I64, weight: I64, scale: np.ndarray) -> list[str]:
        """Return for each text that has features the five that speak most for its type."""
        half = 1 << (_WEIGHT_BITS - 1)
        last = (1 << _TERM_BITS) - 1
        # In one number, so that one sort orders texts, weights from above, and names from below.
        key = (text << _WEIGHT_BITS | (half - 1 - weight)) << _TERM_BITS | (last - feature)
        key.sort()
        starts = np.flatnonzero(np.diff(text, prepend=-1))
        rank = np.arange(len(text)) - np.repeat(starts, np.diff(np.append(starts, len(text))))
        top = key[rank < _MOST_TERMS]
        feature = last - (top & last)
        weight = half - 1 - ((top >> _TERM_BITS) & ((1 << _WEIGHT_BITS) - 1))
        owner = np.searchsorted(text[starts], top >> (_TERM_BITS + _WEIGHT_BITS))
        added = weight / scale[owner]
        # What the term adds to the logit of the predicted type; a half goes away from zero.
        added = np.trunc(added * 10_000 + np.copysign(0.5, added)) / 10_000
        names = self._names
        pieces = [
            f"{names[number]}{share!r}}}"
            for number, share in zip(feature.tolist(), added.tolist(), strict=True)
        ]
        ends = np.cumsum(np.bincount(owner, minlength=len(starts))).tolist()
        begins = [0, *ends[:-1]]
        return [
            f'{{"terms":[{",".join(pieces[begin:end])}]}}'
            for begin, end in zip(begins, ends, strict=True)
        ]


def _exponentials(values: np.ndarray) -> np.ndarray:
    flat = [math.exp(value) for value in values.ravel().tolist()]
    return np.array(flat).reshape(values.shape)


def _rounded(shares: np.ndarray) -> list[float | None]:
    """Return shares with four decimals; a half goes up."""
    rounded: list[float | None] = (np.floor(shares * 10_000 + 0.5) / 10_000).tolist()
    return rounded


def features_of(words: Words) -> tuple[I64, I64]:
    """Return the features of texts by text, as numbers: stems, then pairs of neighbouring stems.

    Words with digits are left out; their neighbours become neighbours.
    """
    is_read = ~words.has_digit
    text, stem = words.text[is_read], words.stem[is_read]
    is_pair = text[1:] == text[:-1]
    pair = (stem[:-1] << _PAIR | stem[1:])[is_pair]
    return np.concatenate([text, text[1:][is_pair]]), np.concatenate([stem, pair])


def feature_name(code: int) -> str:
    """Return how a feature is called in the model's file."""
    first, second = code >> _PAIR, code & ((1 << _PAIR) - 1)
    return f"{stem_name(first)}_{stem_name(second)}" if first else stem_name(second)


def _code(name: str) -> int:
    first, _, second = name.partition("_")
    return stem_of(first) << _PAIR | stem_of(second) if second else stem_of(first)
