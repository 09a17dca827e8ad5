"""The rules model: keywords with weights, each counted once per text."""

import json
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import yaml

from orchestration.enrichment.characters import I64
from orchestration.enrichment.words import BITS, STEM_LETTERS, Words, as_numbers, stem_of

_STEM: Final = BITS * STEM_LETTERS
_TEN_THOUSAND: Final = 10_000


@dataclass(frozen=True)
class Keyword:
    """A keyword of the rules; it matches at the beginning of a word."""

    keyword: str
    pqrs_type: str
    weight: int


@dataclass(frozen=True)
class Ruled:
    """What the rules say of a text; nothing where no keyword matches."""

    predicted_type: str | None
    score: float | None
    margin: float | None
    explain_json: str


class Matcher:
    """Looks for keywords; each matches at the beginning of a word.

    Args:
        keywords: Words of a-z, with blanks between.
    """

    def __init__(self, keywords: Sequence[str]) -> None:
        self._split = [tuple(map(as_numbers, keyword.split())) for keyword in keywords]
        self._bounds, self._beginning = _ranges(keywords)
        self._is_beginning = np.array([bool(found) for found in self._beginning])

    def hits(self, words: Words) -> list[tuple[int, ...]]:
        """Return for each text the numbers of the keywords that it holds, each once."""
        ranges = np.searchsorted(self._bounds, _beginnings(words), side="right")
        places = np.flatnonzero(self._is_beginning[ranges])
        found: dict[int, set[int]] = defaultdict(set)
        for place, within, text, start, end in zip(
            places.tolist(),
            ranges[places].tolist(),
            words.text[places].tolist(),
            words.start[places].tolist(),
            words.end[places].tolist(),
            strict=True,
        ):
            for number in self._beginning[within]:
                first, *others = self._split[number]
                if others:
                    is_hit = words.letters[start:end] == first and _follow(words, place, others)
                else:
                    is_hit = words.letters.startswith(first, start, end)
                if is_hit:
                    found[text].add(number)
        return [tuple(sorted(found.get(text, ()))) for text in range(words.texts)]


class Rules:
    """The keywords of types, ready to be looked for.

    Args:
        content: Bytes of the YAML file.
    """

    def __init__(self, content: bytes) -> None:
        read = yaml.safe_load(content)
        self._order: list[str] = read["order"]
        self.keywords = [
            Keyword(entry["keyword"], letter, entry["weight"])
            for letter, entries in read["rules"].items()
            for entry in entries
        ]
        self._matcher = Matcher([one.keyword for one in self.keywords])
        self._known: dict[tuple[int, ...], Ruled] = {}

    def judge(self, words: Words) -> list[Ruled]:
        """Judge texts by the keywords that they hold."""
        return [self._ruled(numbers) for numbers in self._matcher.hits(words)]

    def _ruled(self, numbers: tuple[int, ...]) -> Ruled:
        if numbers not in self._known:
            self._known[numbers] = self._judged([self.keywords[number] for number in numbers])
        return self._known[numbers]

    def _judged(self, hits: list[Keyword]) -> Ruled:
        weights: dict[str, int] = defaultdict(int)
        for hit in hits:
            weights[hit.pqrs_type] += hit.weight
        # A tie goes to the type that comes first in the file.
        ranked = sorted(weights, key=lambda letter: (-weights[letter], self._order.index(letter)))
        listed = sorted(hits, key=lambda hit: (-hit.weight, hit.pqrs_type, hit.keyword))
        explained = _json({"hits": [vars(hit) for hit in listed]})
        if not ranked:
            return Ruled(None, None, None, explained)
        total, best = sum(weights.values()), weights[ranked[0]]
        second = weights[ranked[1]] if len(ranked) > 1 else 0
        return Ruled(
            ranked[0],
            rounded(best / total),
            rounded((best - second) / total),
            explained,
        )


def _ranges(keywords: Sequence[str]) -> tuple[np.ndarray, list[list[int]]]:
    """Cut the beginnings of sequences of words into ranges; in each the same keywords begin."""
    spans = []
    for number, keyword in enumerate(keywords):
        first, *others = keyword.split()
        if others:
            begin, end = _span(others[0], is_whole=len(others) > 1)
            stem = stem_of(first) << _STEM
            spans.append((stem | begin, stem | end, number))
        else:
            begin, end = _span(first, is_whole=False)
            spans.append((begin << _STEM, end << _STEM, number))
    bounds = sorted({bound for begin, end, _ in spans for bound in (begin, end)})
    beginning: list[list[int]] = [[] for _ in range(len(bounds) + 1)]
    for begin, end, number in spans:
        for place in range(bisect_right(bounds, begin), bisect_right(bounds, end)):
            beginning[place].append(number)
    return np.array(bounds, np.int64), beginning


def _beginnings(words: Words) -> I64:
    """Return for each word its stem and that of the next word of its text, in one number."""
    following = np.zeros_like(words.stem)
    following[:-1] = np.where(words.text[1:] == words.text[:-1], words.stem[1:], 0)
    return words.stem << _STEM | following


def _span(word: str, *, is_whole: bool) -> tuple[int, int]:
    """Return the range of stems of a word, or of longer words that begin with it."""
    free = 0 if is_whole else max(0, STEM_LETTERS - len(word))
    stem = stem_of(word)
    return stem, stem + (1 << BITS * free)


def _follow(words: Words, place: int, others: list[bytes]) -> bool:
    """Whether these words follow the word at a place in its text; the last may go on."""
    last = place + len(others)
    if last >= len(words.text) or words.text[last] != words.text[place]:
        return False
    for number, word in enumerate(others, place + 1):
        begin, end = int(words.start[number]), int(words.end[number])
        if number == last:
            return words.letters.startswith(word, begin, end)
        if words.letters[begin:end] != word:
            return False
    return False


def rounded(share: float) -> float:
    """Return a share with four decimals; a half goes up."""
    return math.floor(share * _TEN_THOUSAND + 0.5) / _TEN_THOUSAND


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
