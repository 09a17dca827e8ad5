"""Words for no date, guessed from the values of a column of closings or answers."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from orchestration.ingest.dates import MONTHS
from orchestration.ingest.guesses import DENIED, DONE, NOT_DONE, VALUES, WITHIN, WORDS
from orchestration.ingest.text import folded, has_digit, normalised, says_nothing

# More of them, or longer ones, are texts that somebody wrote.
_MOST_WORDS: Final = 8
_LONGEST_WORD: Final = 40
_ZEROS: Final = re.compile(r"(?=.*0)[0/\-.:,T ]+")
_DONE: Final = re.compile(rf"\b(?:{'|'.join(DONE)})")
_NOT_DONE: Final = re.compile(rf"(?:{'|'.join(NOT_DONE)})\b")
_DENIED: Final = re.compile(rf"(?:{'|'.join(DENIED)})\b")
_WITHIN: Final = re.compile(rf"\b(?:{'|'.join(WITHIN)})")
# fechaCierre, as programs name a column.
_NEXT_WORD: Final = re.compile(r"(?<=[a-záéíóúñ])(?=[A-ZÁÉÍÓÚÑ])")
_AND_TIME: Final = re.compile(r"\bfecha (?:y )?hora\b")


def name_of(column: str) -> str:
    """The words of a column's name: fechaCierre and "Fecha y hora de cierre" name a date, too."""
    return _AND_TIME.sub("fecha", folded(_NEXT_WORD.sub(" ", column)))


def is_named_like_a_closing(column: str) -> bool:
    """Whether a column is named like one of closing or answer dates."""
    name = name_of(column)
    return any(word == name or (" " in word and word in name) for word in WORDS["closed_at"])


def says_done(text: str) -> bool:
    """Whether a text says that a case is done."""
    plain = folded(text)
    return bool(_DONE.search(plain)) and not _NOT_DONE.match(plain)


def words_of_none(values: Sequence[str]) -> list[str]:
    """The texts that say that there is no date: zeros, and words where they are few.

    Most frequent first, each in its most frequent spelling. None of them says that a case is done,
    or may be a date with a slip: what does is to be asked.
    """
    found: dict[str, str] = {}
    for text, _ in Counter(map(normalised, values)).most_common():
        if _ZEROS.fullmatch(text) or _is_word(text):
            found.setdefault(_key(text), text)
    words = [text for text in found.values() if not has_digit(text)]
    is_few = len(words) <= _MOST_WORDS
    return [text for text in found.values() if is_few or has_digit(text)]


def without(values: Sequence[str], words: Sequence[str]) -> list[str]:
    """The values that are none of the words, and do not say that a cell is empty either."""
    keys = set(map(_key, words))
    return [text for text in values if not says_nothing(text) and _key(text) not in keys]


def dates_among(column: str, values: Sequence[str]) -> list[str]:
    """The values of a column that are to be dates: all that do not say that there is none.

    Words are no objection where the name of the column says what it is, or most cells are dates.
    """
    said = without(values, [])
    dated = without(said, words_of_none(said))
    is_date = is_named_like_a_closing(column) or 2 * len(dated) > len(said)
    return dated if is_date else said


def _key(text: str) -> str:
    return folded(text) or normalised(text)


def _is_word(text: str) -> bool:
    if not 0 < len(text) <= _LONGEST_WORD or has_digit(text) or says_nothing(text):
        return False
    plain = folded(text)
    # What begins with # is an error of Excel, or a date that did not fit into its cell.
    return not (
        text.startswith("#") or says_done(text) or any(word in MONTHS for word in plain.split())
    )


def value_of(field: str, text: str) -> str | None:
    """The value of a field that a text names by its words; None when it names none."""
    plain = folded(text)
    for value, words in VALUES[field].items():
        if plain == value or plain in words or any(len(w) > 2 and w in plain for w in words):
            return value
    return None


def outcome_of(text: str) -> tuple[str, str]:
    """The outcome that a state names, empty when none, and why one is doubted that it names."""
    plain, named = folded(text), value_of("outcome", text)
    if named and _DENIED.match(plain):
        return "", "it says that something was not done"
    if named == "TRANSFERRED" and "competencia" not in plain and _WITHIN.search(plain):
        return "", "within the entity it ends no case"
    return named or ("ANSWERED" if says_done(text) else ""), ""


def subtype_of(text: str, *, is_type: bool) -> str:
    """The subtype that a text names; `is_type`: it is a text of the column of types."""
    # A complaint about information is a complaint.
    is_petition = not is_type or value_of("pqrs_type", text) == "P"
    return (value_of("subtype", text) if is_petition else None) or "general"
