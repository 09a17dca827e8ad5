"""Names of people in texts: sequences of words that are Colombian given and family names.

The list is Faker's for es_CO, as a file, since Faker takes longer to import than a command to
answer; a test compares them. A sequence needs a given name and at least one more name, so that
words that are also names (Rosa, Cruz, Santos) do not count alone.
"""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from orchestration.enrichment.spots import Texts, WordList

_PARTICLES: Final = frozenset({"de", "del", "la", "las", "los", "y"})
# Words of names, in lower case and without accents.
LISTED: Final = Path(__file__).with_name("person_names.csv")
# Names that are everyday words or places: they count between other names, never as the only proof.
_EVERYDAY: Final = Path(__file__).with_name("everyday_names.csv")
_BLANK: Final = " "


class _Names(NamedTuple):
    given: frozenset[str]
    family: frozenset[str]
    everyday: frozenset[str]
    listed: WordList
    particles: WordList


def find_people(texts: Texts) -> Iterator[tuple[int, int]]:
    """Yield the spans of names of people, in order."""
    names, words = _names(), texts.letters
    is_name = names.listed.holds(words.code)
    counts = is_name | names.particles.holds(words.code)
    # Words that one blank joins; only two that count make a name.
    joins = np.zeros(len(counts), np.bool_)
    joins[:-1] = counts[:-1] & counts[1:] & (words.start[1:] == words.end[:-1] + 1)
    starts, ends, follows = words.start, words.end, joins.tolist()
    done = -1
    for first in np.flatnonzero(joins & is_name).tolist():
        if first < done:
            continue
        last = first
        while follows[last] and texts.text[int(ends[last])] == _BLANK:
            last += 1
        done = last + 1
        if last > first:
            spans = zip(starts[first:done].tolist(), ends[first:done].tolist(), strict=True)
            yield from _people([(start, end, texts.plain(start, end)) for start, end in spans])


def _people(words: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    """Yield the names in words that a blank joins, most of which are names or particles."""
    names = _names()
    run: list[tuple[int, int, str]] = []
    for start, end, word in words:
        is_name = word in names.given or word in names.family
        if not (is_name or (run and word in _PARTICLES)):
            yield from _person(run)
            run = []
        else:
            run.append((start, end, word))
    yield from _person(run)


def _person(run: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    names = _names()
    while run and run[-1][2] in _PARTICLES:
        run = run[:-1]
    words = [word for _, _, word in run if word not in _PARTICLES]
    certain = [word for word in words if word not in names.everyday]
    if len(words) > 1 and certain and any(word in names.given for word in words):
        yield run[0][0], run[-1][1]


@cache
def _names() -> _Names:
    with LISTED.open(encoding="utf-8", newline="") as file:
        rows = [(row["kind"], row["name"]) for row in csv.DictReader(file)]
    given = frozenset(name for kind, name in rows if kind == "given")
    family = frozenset(name for kind, name in rows if kind == "family")
    everyday = frozenset(_EVERYDAY.read_text("utf-8").split()[1:])
    return _Names(given, family, everyday, WordList(given | family), WordList(_PARTICLES))
