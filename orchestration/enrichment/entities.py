"""What a text names (identifiers of people, radicados, dates, amounts), and masking it.

Numbers are looked for around digits, addresses around at signs, names of people everywhere. A span
is in characters of the text as it was written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from stdnum.co import nit

from orchestration.enrichment.letters import lower
from orchestration.enrichment.people import find_people

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

_EMAIL: Final = re.compile(
    r"[a-z0-9._%+-]+\s?@\s?[a-z0-9-]+(?:\s?\.\s?[a-z0-9-]{2,})+"
    r"|[a-z0-9._-]+\s(?:arroba|\(at\)|\[at\])\s[a-z0-9-]+(?:\s?(?:punto|\.)\s?[a-z]{2,})+"
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
        r"\$\s?\d[\d.,']*(?:\s(?:millones|mil))?(?:\s(?:de\s)?pesos)?"
        r"|\b\d[\d.,']*\s(?:mil(?:lones)?\s)?(?:de\s)?pesos\b|\b\d[\d.,]*\s(?:millones|mil)\b"
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
_AT_SIGNS: Final = ("@", "arroba", "(at)", "[at]")
# Around each digit so much is looked at: what announces a number, and what follows it.
_DIGITS: Final = re.compile(r"\d(?:[^\n]{0,12}\d)*")
_BEFORE: Final = 48
_AFTER: Final = 24
# Only so much of a text is looked at: time per text is bounded.
_LONGEST: Final = 20_000


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
    read = text[:_LONGEST]
    plain = lower(read)
    found: list[Entity] = []
    if any(sign in plain for sign in _AT_SIGNS):
        found += [
            Entity(*match.span(), "email", read[slice(*match.span())])
            for match in _EMAIL.finditer(plain)
        ]
    for entity in _numbers(read, plain):
        _add(found, entity)
    for start, end in find_people(read):
        _add(found, Entity(start, end, "person", read[start:end]))
    return sorted(found)


def _add(found: list[Entity], entity: Entity) -> None:
    """Add an entity unless an earlier one has some of its characters."""
    if not any(entity.start < other.end and other.start < entity.end for other in found):
        found.append(entity)


def _numbers(text: str, plain: str) -> Iterator[Entity]:
    done = 0
    for digits in _DIGITS.finditer(plain):
        begin = max(done, digits.start() - _BEFORE)
        for match in _NUMBERS.finditer(plain, begin, digits.end() + _AFTER):
            yield _entity(match, text)
            done = match.end()


def _entity(match: re.Match[str], text: str) -> Entity:
    kind: Kind = next(kind for kind in _PATTERNS if match.group(kind))
    group = f"{kind}_number"
    named = group if group in _NUMBERS.groupindex and match.group(group) else kind
    start, end = match.span(named)
    if kind == "nit" and named == kind and not nit.is_valid(match.group()):
        kind = "document"
    return Entity(start, end, kind, text[start:end])


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
