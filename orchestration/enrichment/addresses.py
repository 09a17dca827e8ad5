"""E-mail addresses in texts: around at signs, also spoken ones ("ana arroba correo punto co")."""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from orchestration.enrichment.spots import Texts

_EMAIL: Final = re.compile(
    r"[a-z0-9._%+-]+\s?@\s?[a-z0-9-]+(?:\s?\.\s?[a-z0-9-]{2,})+"
    r"|[a-z0-9._-]+\s(?:arroba|\(at\)|\[at\])\s[a-z0-9-]+(?:\s?(?:punto|\.)\s?[a-z]{2,})+"
)
_SPOKEN: Final = ("arroba", "(at)", "[at]")
_OF_SPOKEN_ADDRESS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")
_OF_ADDRESS: Final = _OF_SPOKEN_ADDRESS | {"%", "+"}


def find_addresses(texts: Texts) -> Iterator[tuple[int, int]]:
    """Yield addresses: around an at sign, from the first character that may be of one."""
    lower, done = texts.lower, 0
    for begin in _at_signs(texts):
        _, first, end = texts.around(begin)
        of_address = _OF_ADDRESS if lower[begin] == "@" else _OF_SPOKEN_ADDRESS
        if begin > first and lower[begin - 1].isspace():
            begin -= 1
        while begin > max(first, done) and lower[begin - 1] in of_address:
            begin -= 1
        match = _EMAIL.match(lower, begin, end)
        if match and begin >= done:
            yield match.span()
            done = match.end()


def _at_signs(texts: Texts) -> list[int]:
    """Return where signs of an address stand, in order."""
    found: list[int] = np.flatnonzero(texts.points == ord("@")).tolist()
    for spoken in _SPOKEN:
        place = texts.lower.find(spoken)
        while place >= 0:
            found.append(place)
            place = texts.lower.find(spoken, place + 1)
    return sorted(found)
