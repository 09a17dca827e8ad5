"""What the models read of a text: its words, whatever the writer's keyboard did.

Lower case, without accents or invisible characters, tags taken off, letters of other alphabets that
look Latin read as what they look like. Everything that is not a-z or 0-9 ends a word.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from orchestration.enrichment.characters import (
    FIRST_DIGIT,
    I64,
    LETTERS,
    PLAIN,
    Alphabet,
    Joined,
    owners,
    runs,
)

# Of a longer text no more is read: time per text is bounded.
LONGEST: Final = 20_000
STEM_LETTERS: Final = 5
BITS: Final = 6

_LATIN: Final = str.maketrans(
    "аеорсухіјѕԁһАВЕКМНОРСТУХІЅαορεικτυνΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhABEKMHOPCTYXISaopeiktuvABEZHIKMNOPTYX",
)
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_TAG: Final = re.compile(r"<[^<>]{1,200}>")
_BREAK: Final = 0
_DROPPED: Final = 254


def _number(character: str) -> int:
    if _INVISIBLE.match(character):
        return _DROPPED
    lower = character.translate(_LATIN).lower()
    base = [
        one for one in unicodedata.normalize("NFD", lower) if unicodedata.category(one)[0] != "M"
    ]
    if not base:
        return _DROPPED
    return PLAIN.get(base[0], _BREAK) if len(base) == 1 else _BREAK


_ALPHABET: Final = Alphabet(_number)


@dataclass(frozen=True)
class Words:
    """The words of texts in order, as arrays with one element per word.

    Attributes:
        texts: How many texts there are.
        text: To which text each word belongs.
        start: Where it begins in `letters`.
        end: Where it has ended.
        stem: Its first five letters as a number; fewer letters leave zeros at the end.
        has_digit: Whether a digit is in it.
        letters: The words' letters and digits as numbers from 1 to 36, zeros between words.
    """

    texts: int
    text: I64
    start: I64
    end: I64
    stem: I64
    has_digit: np.ndarray
    letters: bytes


def words_of(texts: Sequence[str | None]) -> Words:
    """Cut texts into words."""
    read = [(text or "")[:LONGEST] for text in texts]
    joined = Joined.of([_without_tags(text) if "<" in text else text for text in read])
    numbers = _ALPHABET.read(joined.points())
    starts = joined.starts
    dropped = numbers == _DROPPED
    if dropped.any():
        starts = starts - np.concatenate([np.zeros(1, np.int64), np.cumsum(dropped)])[starts]
        numbers = numbers[~dropped]
    start, end = runs(numbers != _BREAK)
    digits = np.concatenate([np.zeros(1, np.int32), np.cumsum(numbers >= FIRST_DIGIT, dtype="i4")])
    return Words(
        texts=len(read),
        text=owners(start, starts),
        start=start,
        end=end,
        stem=_stems(numbers, start, end),
        has_digit=digits[start] != digits[end],
        letters=numbers.tobytes(),
    )


def as_numbers(word: str) -> bytes:
    """Return a word of a-z and 0-9 as it stands in `Words.letters`."""
    return bytes(PLAIN[letter] for letter in word)


def stem_of(word: str) -> int:
    """Return the number of a word's stem."""
    stem = as_numbers(word[:STEM_LETTERS]).ljust(STEM_LETTERS, b"\0")
    return sum(number << BITS * (STEM_LETTERS - 1 - place) for place, number in enumerate(stem))


def stem_name(stem: int) -> str:
    """Return the letters of a stem."""
    shifts = range(BITS * (STEM_LETTERS - 1), -1, -BITS)
    numbers = [stem >> shift & ((1 << BITS) - 1) for shift in shifts]
    return "".join(LETTERS[number - 1] for number in numbers if number)


def _stems(numbers: np.ndarray, start: I64, end: I64) -> I64:
    stem = np.zeros(len(start), np.int64)
    length = end - start
    for place in range(STEM_LETTERS):
        # Past the end of a word a letter of the next one would be read.
        letter = numbers[np.minimum(start + place, end - 1)] * (length > place)
        stem = stem << BITS | letter
    return stem


def _without_tags(text: str) -> str:
    return _TAG.sub(" ", _INVISIBLE.sub("", text))
