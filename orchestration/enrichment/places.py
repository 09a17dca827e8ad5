"""Municipalities that a text names, by the DIVIPOLA list of the seeds.

Many names are also everyday words or names of people (La Paz, Bello, Victoria), and some belong to
several departments. An everyday name counts when the words before it announce a place or the words
after it name its department. Of several municipalities of one name, that counts whose department
the text names; without one, or with several, none does: the answer abstains.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from orchestration.enrichment.letters import without_accents
from orchestration.enrichment.spots import PairList, Texts, WordList
from orchestration.ingest.places import Place, load_places

_WORD: Final = re.compile(r"[a-z0-9]+")
# So many words around a name announce it or name its department.
_BEFORE: Final = 3
_AFTER: Final = 4
_LONGEST: Final = 20_000
_ROOT: Final = Path(__file__).parents[2]
# The words before a place: "vivo en X", "municipio de X", "oriundo de X".
_ANNOUNCING: Final = frozenset({"en", "desde", "hacia", "municipio", "pueblo", "alcaldia"})
_HERE: Final = frozenset({"aca", "aqui"})
_PLACE_NOUNS: Final = frozenset({
    "municipio", "ciudad", "pueblo", "alcaldia", "vereda", "casco", "hospital", "sede",
    "personeria", "vecino", "vecina", "residente", "oriundo", "oriunda", "habitante",
    "habitantes", "corregimiento", "terminal", "comuna", "secretaria", "inspeccion",
    "comisaria", "plaza",
})  # fmt: skip
# Names that are everyday words as well. After "en" some are still mostly the word: "en paz".
_EVERYDAY: Final = Path(__file__).with_name("everyday_places.csv")


@dataclass(frozen=True)
class Gazetteer:
    """Municipalities by the words of their names, and departments by theirs.

    Attributes:
        by_words: What a sequence of words may mean, longest sequences first in no order of places.
        single: Names of one word.
        longer: How longer names begin.
        longest: Words of the longest name that begins with a word, by that word.
        departments: Words of a department's name, by department.
        everyday: Names that are everyday words; whether "en" before them announces the place.
    """

    by_words: Mapping[tuple[str, ...], tuple[Place, ...]]
    single: WordList
    longer: PairList
    longest: Mapping[str, int]
    departments: Mapping[str, tuple[str, ...]]
    everyday: Mapping[str, bool]


@dataclass(frozen=True)
class Mention:
    """A municipality that a text names: span in characters, DIVIPOLA code; none if unsure."""

    start: int
    end: int
    value: str
    geo_id: str | None


def find_places(text: str) -> list[Mention]:
    """Return the municipalities that a text names, in the order of the text."""
    return find_places_in(Texts([text[:_LONGEST]]))[0]


def find_places_in(texts: Texts) -> list[list[Mention]]:
    """Return for each text what `find_places` does; a text has at most 20,000 characters."""
    gazetteer, spans = _gazetteer(), texts.words
    found: list[list[Mention]] = [[] for _ in range(texts.count)]
    may_begin = gazetteer.single.holds(spans.code) | gazetteer.longer.begins(spans.code)
    places, done = np.flatnonzero(may_begin), 0
    starts, ends = spans.start[places].tolist(), spans.end[places].tolist()
    for place, start, end in zip(places.tolist(), starts, ends, strict=True):
        longest = gazetteer.longest.get(texts.plain(start, end), 0)
        if place < done or not longest:
            continue
        around = _Around(texts, place, longest)
        size = _size_of_name(gazetteer, around, longest)
        done = place + size
        geo_id = _judged(gazetteer, around, size) if size else None
        if geo_id is not None:
            until = int(spans.end[done - 1])
            value, first = texts.text[start:until], around.begin
            mention = Mention(start - first, until - first, value, geo_id or None)
            found[around.number].append(mention)
    return found


class _Around:
    """A word of a text, with the words around it.

    Args:
        texts: In which it stands.
        place: Which of their words it is.
        longest: So many words may be the name that it begins.

    Attributes:
        number: Which text it is.
        begin: Where the text begins.
        before: The words before it.
        words: It and those after it.
    """

    def __init__(self, texts: Texts, place: int, longest: int) -> None:
        spans, plain = texts.words, texts.plain
        self._texts = texts
        self.number, self.begin, self._end = texts.around(int(spans.start[place]))
        first, last = max(0, place - _BEFORE), place + longest + _AFTER
        starts, ends = spans.start[first:last].tolist(), spans.end[first:last].tolist()
        near = list(zip(starts, ends, strict=True))
        before, here = near[: place - first], near[place - first :]
        self.before = [plain(start, end) for start, end in before if start >= self.begin]
        self.words = [plain(start, end) for start, end in here if start < self._end]

    def all(self) -> list[str]:
        """Return all words of the text."""
        return _WORD.findall(self._texts.plain(self.begin, self._end))


def _size_of_name(gazetteer: Gazetteer, around: _Around, longest: int) -> int:
    """Return how many words from here are the longest name, or 0."""
    for size in range(min(longest, len(around.words)), 0, -1):
        if tuple(around.words[:size]) in gazetteer.by_words:
            return size
    return 0


def _judged(gazetteer: Gazetteer, around: _Around, size: int) -> str | None:
    """Return the code of the municipality, an empty text if unsure, None if it is no place."""
    words, after = around.words[:size], around.words[size : size + _AFTER]
    found = gazetteer.by_words[tuple(words)]
    department_of = gazetteer.departments
    named_after = [one for one in found if _begins_with(after, department_of[one.department])]
    after_en = gazetteer.everyday.get(" ".join(words))
    is_everyday = after_en is not None and not named_after
    if is_everyday and not _is_announced(around.before, bool(after_en)):
        return None
    if len(named_after) == 1:
        return named_after[0].geo_code
    if len(found) == 1:
        return found[0].geo_code
    everything = around.all()
    anywhere = [one for one in found if _holds(everything, department_of[one.department])]
    return anywhere[0].geo_code if len(anywhere) == 1 else ""


def _is_announced(before: list[str], after_en: bool) -> bool:
    """Say whether the words before a name announce a place."""
    if not before:
        return False
    if before[-1] == "de":
        return len(before) > 1 and before[-2] in _PLACE_NOUNS
    return before[-1] in _HERE or (after_en and before[-1] in _ANNOUNCING)


def _begins_with(words: list[str], department: tuple[str, ...]) -> bool:
    """Say whether words begin with a department's name, after `en`, `de`, `departamento de`."""
    kept = [word for word in words if word not in {"en", "de", "del", "el", "departamento"}]
    wanted = [word for word in department if word not in {"de", "del", "la", "el"}]
    return kept[: len(wanted)] == wanted


def _holds(words: list[str], department: tuple[str, ...]) -> bool:
    size = len(department)
    return any(tuple(words[at : at + size]) == department for at in range(len(words) - size + 1))


@cache
def _gazetteer() -> Gazetteer:
    places = load_places(_ROOT)
    by_words: dict[tuple[str, ...], tuple[Place, ...]] = defaultdict(tuple)
    for name, found in [*places.by_alias.items(), *places.by_name.items()]:
        by_words[tuple(name.split())] = found
    departments = {
        place.department: tuple(_WORD.findall(without_accents(place.department.lower())))
        for place in places.by_code.values()
    }
    with _EVERYDAY.open(encoding="utf-8", newline="") as stream:
        everyday = {row["name"]: row["counts_after_en"] == "yes" for row in csv.DictReader(stream)}
    single = WordList(words[0] for words in by_words if len(words) == 1)
    longer = PairList((words[0], words[1]) for words in by_words if len(words) > 1)
    longest: dict[str, int] = defaultdict(int)
    for words in by_words:
        longest[words[0]] = max(longest[words[0]], len(words))
    return Gazetteer(dict(by_words), single, longer, dict(longest), departments, everyday)
