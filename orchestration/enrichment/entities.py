"""What a text names (identifiers of people, radicados, dates, amounts), and masking it.

Numbers are looked for around digits, addresses around at signs, names of people everywhere. A span
is in characters of the text as it was written.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, cast

import numpy as np
from stdnum.co import nit

from orchestration.enrichment.addresses import find_addresses
from orchestration.enrichment.characters import I64
from orchestration.enrichment.people import find_people
from orchestration.enrichment.spots import Texts, WordBeginnings

Kind = Literal["email", "radicado", "nit", "money", "date", "phone", "document", "person"]

# What must never be shown; an amount, a date or a radicado identifies nobody.
PERSONAL: Final[dict[Kind, str]] = {
    "email": "[CORREO]",
    "nit": "[NIT]",
    "phone": "[TELÉFONO]",
    "document": "[DOCUMENTO]",
    "person": "[NOMBRE]",
}

_MONTHS: Final = (
    "ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|may(?:o)?|jun(?:io)?|jul(?:io)?|ago(?:sto)?"
    "|sep(?:tiembre|t)?|set(?:iembre)?|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?"
)
# The rest of an amount, and no more: of a text of digits and dots alone each place would be read to
# its end.
_AMOUNT: Final = r"[\d.,']{0,30}"
# Digits in groups, as people write long numbers: 79.482.113, 79 482 113, 79'482.113.
_GROUPED: Final = r"\d{1,3}(?:[.,' ]\d{3}){2,3}"
_DOCUMENT_WORDS: Final = (
    r"c\.?\s?c\b\.?|c[eé]dul[ao]s?|ced\b\.?|documento(?:\sde\sidentidad)?|doc\b\.?"
    r"|identificaci[oó]n|identifica(?:d[oa]|do\(a\))(?:\scon)?|t\.?\s?i\b\.?|c\.?\s?e\b\.?|nuip"
    r"|tarjeta\sde\sidentidad|pasaporte"
)
_PHONE_WORDS: Final = (
    r"tel[eé]fonos?|tel\b\.?|cel\b\.?|celular(?:es)?|m[oó]vil|whats?app|fijo"
    r"|ll[aá]me(?:n)?me(?:\sal)?"
)

# The first that matches counts.
_PATTERNS: Final[dict[Kind, str]] = {
    "radicado": (
        r"\b[a-z]{2,6}-(?:19|20)\d{2}(?:\d{4})?-\d{3,}\b"
        r"|(?<=radicado\s)(?:n[uú]mero\s|no\.?\s?|n[°º]\s?|#\s?)?[a-z]{0,6}-?\d[\d-]{5,}"
    ),
    "nit": (
        r"\bnit\b[\s.:#°º]{0,3}(?:n[uú]mero\s|no\.?\s?)?"
        r"(?P<nit_number>\d{3}[. ]?\d{3}[. ]?\d{3}(?:\s?-\s?\d)?)"
        r"|\b[89]\d{2}\.?\d{3}\.?\d{3}\s?-\s?\d\b"
    ),
    "money": (
        rf"\$\s?\d{_AMOUNT}(?:\s(?:millones|mil))?(?:\s(?:de\s)?pesos)?"
        rf"|\b\d{_AMOUNT}\s(?:mil(?:lones)?\s)?(?:de\s)?pesos\b|\b\d{_AMOUNT}\s(?:millones|mil)\b"
    ),
    "date": (
        rf"\b\d{{1,2}}\s(?:de\s)?(?:{_MONTHS})\b\.?(?:\s(?:de|del)\s(?:a[nñ]o\s)?\d{{4}}|\s\d{{4}})?"
        r"|\b\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d{2})\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b"
    ),
    "phone": (
        r"(?:\(?\+\s?57\)?[\s-]?)?\(?\b3\d{2}\)?(?:[\s.-]?\d{3}[\s.-]?\d{2}[\s.-]?\d{2})\b"
        r"|(?:\(?\+\s?57\)?[\s-]?)?\(?\b60[1-8]\)?[\s.-]?\d{3}[\s.-]?\d{2}[\s.-]?\d{2}\b"
        rf"|(?:{_PHONE_WORDS})[\s:.#]{{0,3}}(?P<phone_number>\d{{3}}[\s.-]?\d{{2}}[\s.-]?\d{{2}})\b"
    ),
    "document": (
        rf"\b(?:{_DOCUMENT_WORDS})[\s:.,#°º]{{0,3}}(?:ciudadan[ií]a|extranjer[ií]a|identidad|de|la|el|con|es|n[uú]mero|n[°º]|no\.?|nro\.?|[\s:.#])*"
        rf"(?P<document_number>{_GROUPED}|\d{{5,11}})\b"
        rf"|\b{_GROUPED}\b|\b1[01]\d{{8}}\b|\b[1-9]\d{{6,7}}\b"
    ),
}
_NUMBERS: Final = re.compile(
    "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items())
)
# Digits with at most so many characters between them, on one line, are looked at together; and
# so much around them: what announces a number, and what follows it.
_BETWEEN_DIGITS: Final = 12
_BEFORE: Final = 48
_AFTER: Final = 24
# Only so much of a text is looked at: time per text is bounded.
_LONGEST: Final = 20_000

# What a number may begin with: a digit that begins a word, a sign, a word that announces it
# (`_ANNOUNCING`, by its beginning), and what these find.
_SIGNS: Final = np.array([ord(sign) for sign in "$(+"], np.uint32)
_PHONE_BEGINS: Final = re.compile(r"tel|cel|m[oó]vil|whats?app|fijo|ll[aá]me")
_AFTER_RADICADO: Final = re.compile(r"radicado\s")
_YEAR: Final = re.compile(r"-(?:19|20)\d{2}")
_ANNOUNCING: Final = WordBeginnings(
    ("c", "cc", "ce", "t", "ti", "nit", "ced", "doc"),
    ("nuip", "cedul", "docum", "ident", "tarje", "pasap"),
)


@dataclass(frozen=True, order=True)
class Entity:
    """A span of a text.

    Attributes:
        start: First character, counted from 0.
        end: Character after the last.
        kind: What it is.
        value: As written, without the words that announce it.
    """

    start: int
    end: int
    kind: Kind
    value: str


def find_entities(text: str) -> list[Entity]:
    """Return what a text names, in the order of the text; spans do not overlap."""
    return find_entities_in(Texts([text[:_LONGEST]]))[0]


def find_entities_in(texts: Texts) -> list[list[Entity]]:
    """Return for each text what `find_entities` does; a text has at most 20,000 characters."""
    found: list[list[Entity]] = [[] for _ in range(texts.count)]
    for kind, start, end in _all(texts):
        number, first, _ = texts.around(start)
        entity = Entity(start - first, end - first, kind, texts.text[start:end])
        _add(found[number], entity)
    return found


def _all(texts: Texts) -> Iterator[tuple[Kind, int, int]]:
    """Yield all that may be an entity; of two in one place the first counts."""
    for start, end in find_addresses(texts):
        yield "email", start, end
    yield from _numbers(texts)
    for start, end in find_people(texts):
        yield "person", start, end


def _add(found: list[Entity], entity: Entity) -> None:
    """Add an entity in its place unless an earlier one has some of its characters."""
    place = bisect_left(found, entity)
    if place and entity.start < found[place - 1].end:
        return
    if place < len(found) and found[place].start < entity.end:
        return
    found.insert(place, entity)


def _numbers(texts: Texts) -> Iterator[tuple[Kind, int, int]]:
    """Yield numbers: around digits, where something of them may begin."""
    begins = _number_begins(texts)
    done, lower = 0, texts.lower
    for first_digit, last_digit in _digits(texts):
        _, first, last = texts.around(first_digit)
        at = max(done, first_digit - _BEFORE, first)
        end = min(last_digit + 1 + _AFTER, last)
        place = bisect_left(begins, at)
        while place < len(begins) and begins[place] < end:
            match = _NUMBERS.match(lower, begins[place], end)
            place += 1
            if match:
                yield _number(match)
                done = match.end()
                while place < len(begins) and begins[place] < done:
                    place += 1


def _digits(texts: Texts) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of digits that stand near each other."""
    places = np.flatnonzero(texts.is_digit)
    if not len(places):
        return
    lines = np.searchsorted(np.flatnonzero(texts.points == ord("\n")), places)
    is_far = np.diff(places) > _BETWEEN_DIGITS + 1
    ends = np.flatnonzero(is_far | (lines[1:] != lines[:-1]))
    firsts, lasts = places[np.append(0, ends + 1)], places[np.append(ends, len(places) - 1)]
    yield from zip(firsts.tolist(), lasts.tolist(), strict=True)


def _number_begins(texts: Texts) -> list[int]:
    """Return where a number, or what announces it, may begin, in order."""
    lower, letters = texts.lower, texts.letters
    begins_word = np.ones(len(letters.start), np.bool_)
    before = letters.start > 0
    begins_word[before] = ~texts.is_word[letters.start[before] - 1]
    found = [
        texts.numbers_begin,
        np.flatnonzero(np.isin(texts.points, _SIGNS)),
        letters.start[begins_word & _ANNOUNCING.begin(letters)],
        _places(match.start() for match in _PHONE_BEGINS.finditer(lower)),
        _places(match.end() for match in _AFTER_RADICADO.finditer(lower)),
    ]
    # Letters, a hyphen, a year: the run of letters before the hyphen.
    hyphens = _places(match.start() for match in _YEAR.finditer(lower))
    found.append(letters.start[np.isin(letters.end, hyphens)])
    begins: list[int] = np.unique(np.concatenate(found)).tolist()
    return begins


def _places(found: Iterator[int]) -> I64:
    return np.fromiter(found, np.int64)


def _number(match: re.Match[str]) -> tuple[Kind, int, int]:
    kind = cast(Kind, match.lastgroup)
    group = f"{kind}_number"
    named = group if group in _NUMBERS.groupindex and match.group(group) else kind
    if kind == "nit" and named == kind and not nit.is_valid(match.group()):
        kind = "document"
    return (kind, *match.span(named))


def masked(text: str, entities: list[Entity]) -> str:
    """Return the text with each personal identifier replaced by the name of its kind in brackets.

    What lies beyond the part that is looked at is cut off, so that it cannot leak.
    """
    pieces, place = [], 0
    for entity in entities:
        if entity.kind in PERSONAL:
            pieces += [text[place : entity.start], PERSONAL[entity.kind]]
            place = entity.end
    pieces.append(text[place:_LONGEST])
    return "".join(pieces)
