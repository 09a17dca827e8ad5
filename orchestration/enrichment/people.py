"""Names of people in a text: sequences of words that are Colombian given and family names.

The lists are Faker's for es_CO. A sequence needs a given name and at least one more name, so that
words that are also names (Rosa, Cruz, Santos) do not count alone.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from orchestration.enrichment.letters import lower, without_accents

_WORD: Final = re.compile(r"[^\W\d_]+")
_PARTICLES: Final = frozenset({"de", "del", "la", "las", "los", "y"})
# Names that are everyday words or places: they count between other names, never as the only proof.
_EVERYDAY: Final = Path(__file__).with_name("everyday_names.csv")


def find_people(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of names of people, in order."""
    given, family, _ = _names()
    plain = without_accents(lower(text))
    if given.isdisjoint(_WORD.findall(plain)):
        return
    run: list[tuple[int, int, str]] = []
    for match in _WORD.finditer(plain):
        word = match.group()
        is_name = word in given or word in family
        if not run:
            # Most words are no names, and nothing waits for them.
            if is_name:
                run.append((*match.span(), word))
            continue
        start, end = match.span()
        if plain[run[-1][1] : start] != " " or not (is_name or word in _PARTICLES):
            yield from _person(run)
            run = []
        if is_name or (run and word in _PARTICLES):
            run.append((start, end, word))
    yield from _person(run)


def _person(run: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    given, _, everyday = _names()
    while run and run[-1][2] in _PARTICLES:
        run = run[:-1]
    words = [word for _, _, word in run if word not in _PARTICLES]
    certain = [word for word in words if word not in everyday]
    if len(words) > 1 and certain and any(word in given for word in words):
        yield run[0][0], run[-1][1]


@cache
def _names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return given names, family names, and names that are everyday words; plain words."""
    from faker.providers.person.es_CO import Provider

    def plain(names: Iterable[str]) -> frozenset[str]:
        words = (word for name in names for word in without_accents(name).lower().split())
        return frozenset(words) - _PARTICLES

    given = plain([*Provider.first_names_male, *Provider.first_names_female])
    everyday = frozenset(_EVERYDAY.read_text("utf-8").split()[1:])
    return given, plain(Provider.last_names), everyday
