"""Texts as they are compared: without what a keyboard, a font or an export adds."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from orchestration.wording import printable

_BLANKS: Final = re.compile(r"[\s\u00a0\u2007\u202f\ufeff]+")
# Marks of direction, zero-width characters and soft hyphens: no eye sees them.
_INVISIBLE: Final = re.compile(
    r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_NOT_A_WORD: Final = re.compile(r"[^0-9a-z]+")
# C0 without tab and line ends, C1 (cp1252 read as latin-1), and what stands for unreadable bytes.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# UTF-8 that was read as latin-1 or cp1252 once before: Ã³, Â¿, â€œ; bytes that are not UTF-8;
# letters that an export did not have: petici?n.
_DAMAGED: Final = re.compile(
    r"[\x80-\x9f\ufffd\udc80-\udcff]|Ã[\x80-\xbf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\xa1-\xbf]|â€"
    r"|(?<=[a-zA-Z])[cs]i\?n\b"
)


# What registers write into a cell that has nothing to say; errors of Excel among them.
_NOTHING: Final = frozenset(
    ("n a", "na", "null", "none", "nan", "nat", "s d", "s i", "sin dato", "sin datos", "sin fecha",
     "sin informacion", "no aplica", "no registra", "no reporta")
)  # fmt: skip
_LONG: Final = 48
_DASHES: Final = re.compile(r"[-\u2010-\u2015_.*/ ]+")
_LONGEST_NOTHING: Final = 16


def normalised(text: str) -> str:
    """One Unicode form (NFC), single blanks, none around, and nothing that no eye sees."""
    # Names of columns, places and dates come again and again; texts of citizens do not.
    return _short(text) if len(text) < _LONG else _normalised(text)


def _normalised(text: str) -> str:
    if text.isascii():
        return " ".join(text.split())
    seen = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return _BLANKS.sub(" ", seen).strip()


_short = lru_cache(maxsize=65_536)(_normalised)


def says_nothing(text: str) -> bool:
    """Whether a cell says in words or dashes that it is empty: N/A, NULL, sin dato, --."""
    if len(text) > _LONGEST_NOTHING or text[:1].isdigit():
        return False
    return folded(text) in _NOTHING or _DASHES.fullmatch(text) is not None


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """Lower case words without accents or punctuation: two texts that people read as one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _NOT_A_WORD.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def has_digit(text: str) -> bool:
    """Whether there is a digit in a text."""
    return any(map(str.isdigit, text))


def has_control_characters(text: str) -> bool:
    """Whether a text has characters that no keyboard makes."""
    return _CONTROL.search(text) is not None


def is_damaged(text: str) -> bool:
    """Whether a text was read in another encoding than it was written in."""
    return _DAMAGED.search(text) is not None


def listed(names: Sequence[str], most: int) -> str:
    """Names as any terminal shows them, of many the first ones: A-1, A-2 and 3 more."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(printable(name) for name in names[:most]) + more
