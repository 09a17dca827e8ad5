"""Where in many texts names, numbers and places may stand, found in all of them at once.

Most characters of a text cannot begin anything that is looked for. Arrays of words say where
something may begin; only there are patterns and lists asked.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from orchestration.enrichment.characters import (
    BETWEEN,
    FIRST_DIGIT,
    I64,
    PLAIN,
    Alphabet,
    Joined,
    runs,
)
from orchestration.enrichment.letters import lower, without_accents
from orchestration.enrichment.number_set import NumberSet

Flags = np.ndarray

_OTHER_LETTER: Final = 37
_OTHER_DIGIT: Final = 38
_OTHER_WORD: Final = 39
_BITS: Final = 6
# So many letters of a word, and its length, are compared; the whole word where these fit.
_COMPARED: Final = 8
_LENGTH_SHIFT: Final = _BITS * _COMPARED
# Of the letters of a place, those of a word of so many.
_MASKS: Final = (1 << _BITS * np.arange(_COMPARED + 1, dtype=np.int64)) - 1
_LONGEST: Final = 1 << 12
_POSITIVE: Final = np.int64((1 << 63) - 1)
_MIX: Final = np.int64(0x9E3779B97F4A7C15 - (1 << 64))


def _number(character: str) -> int:
    """The number of a character: a-z, 0-9, and kinds of others as regular expressions know them."""
    plain = without_accents(lower(character))
    if plain in PLAIN:
        return PLAIN[plain]
    if plain.isdecimal():
        return _OTHER_DIGIT
    if plain.isalnum():
        return _OTHER_LETTER
    return _OTHER_WORD if plain == "_" else 0


_ALPHABET: Final = Alphabet(_number)


@dataclass(frozen=True)
class Spans:
    """Runs of characters of one kind, in order: (n,) where each begins and has ended."""

    start: I64
    end: I64
    code: I64


class Texts:
    """Texts in which something is looked for.

    Attributes:
        text: The texts one after another, as written.
        lower: The same in lower case, each character at its place.
        starts: (n + 1,) where each text begins in both.
        points: (characters,) their code points, as written.
        numbers: (characters,) what each character counts as.
    """

    def __init__(self, texts: list[str]) -> None:
        joined = Joined.of(texts)
        self.text, self.starts = joined.text, joined.starts
        self._begins: list[int] = joined.starts.tolist()
        self.lower = lower(joined.text)
        self.points = joined.points()
        self.numbers = _ALPHABET.read(self.points)

    @cached_property
    def is_word(self) -> Flags:
        """Whether each character is one of a word, to a regular expression."""
        return np.asarray(self.numbers != 0)

    @cached_property
    def letters(self) -> Spans:
        """Runs of letters."""
        numbers = self.numbers
        is_letter = (numbers < FIRST_DIGIT) | (numbers == _OTHER_LETTER)
        return self._spans(is_letter & self.is_word)

    @cached_property
    def words(self) -> Spans:
        """Runs of a-z and 0-9."""
        return self._spans(self.is_word & (self.numbers < _OTHER_LETTER))

    @cached_property
    def is_digit(self) -> Flags:
        """Whether each character is a digit, to a regular expression."""
        numbers = self.numbers
        ascii_digit = (numbers >= FIRST_DIGIT) & (numbers < _OTHER_LETTER)
        return np.asarray(ascii_digit | (numbers == _OTHER_DIGIT))

    @cached_property
    def numbers_begin(self) -> I64:
        """Where a digit begins a word, in order."""
        begins = self.is_digit.copy()
        begins[1:] &= ~self.is_word[:-1]
        return np.flatnonzero(begins)

    def plain(self, start: int, end: int) -> str:
        """Return a part of the texts in lower case, without accents."""
        return self._plain[start:end]

    @cached_property
    def _plain(self) -> str:
        return without_accents(self.lower)

    @property
    def count(self) -> int:
        """How many texts there are."""
        return len(self._begins) - 1

    def around(self, place: int) -> tuple[int, int, int]:
        """Return which text has a character: its number, where it begins and has ended."""
        number = bisect_right(self._begins, place) - 1
        return number, self._begins[number], self._begins[number + 1] - len(BETWEEN)

    def _spans(self, flags: Flags) -> Spans:
        start, end = runs(flags)
        length = end - start
        code = np.minimum(length, _LONGEST) << _LENGTH_SHIFT
        code |= self._next_letters[start] & _MASKS[np.minimum(length, _COMPARED)]
        return Spans(start, end, code)

    @cached_property
    def _next_letters(self) -> I64:
        """The numbers of the character at each place and of those after it, the first lowest."""
        letters = np.concatenate([self.numbers, np.zeros(_COMPARED - 1, np.uint8)]).astype(np.int64)
        known = 1
        while known < _COMPARED:
            letters = letters[:-known] | letters[known:] << _BITS * known
            known *= 2
        return letters


class WordList:
    """Words that are looked for.

    Args:
        words: Of a-z and 0-9, and letters that are neither.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._codes = NumberSet(sorted({code_of(word) for word in words}))

    def holds(self, codes: I64) -> Flags:
        """Whether words may be of the list; another one with the same beginning counts as well."""
        return self._codes.holds(codes)


class WordBeginnings:
    """Words that are looked for by their beginnings.

    Args:
        words: Short words; nothing may follow them.
        beginnings: Of longer words.
    """

    def __init__(self, words: Iterable[str], beginnings: Iterable[str]) -> None:
        self._words = WordList(words)
        self._beginnings = [(_letters_of(one), (1 << _BITS * len(one)) - 1) for one in beginnings]

    def begin(self, spans: Spans) -> Flags:
        """Whether words are of the list, or begin as one does."""
        found = self._words.holds(spans.code)
        for letters, mask in self._beginnings:
            found |= spans.code & mask == letters
        return found


class PairList:
    """Pairs of neighbouring words that are looked for."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        codes = {(code_of(first), code_of(second)) for first, second in pairs}
        both = np.array(sorted(codes), np.int64).reshape(-1, 2)
        self._codes = NumberSet(np.unique(_mixed(both[:, 0], both[:, 1])).tolist())

    def begins(self, codes: I64) -> Flags:
        """Whether a word and the next one may be a pair of the list; the last one has no next."""
        found = np.zeros(len(codes), np.bool_)
        found[:-1] = self._codes.holds(_mixed(codes[:-1], codes[1:]))
        return found


def code_of(word: str) -> int:
    """Return the number by which a plain word is looked for: its first letters and its length."""
    return min(len(word), _LONGEST) << _LENGTH_SHIFT | _letters_of(word[:_COMPARED])


def _letters_of(word: str) -> int:
    return sum(
        PLAIN.get(letter, _OTHER_LETTER) << _BITS * place for place, letter in enumerate(word)
    )


def _mixed(first: I64, second: I64) -> I64:
    with np.errstate(over="ignore"):
        # Not negative.
        return (first * _MIX ^ second) & _POSITIVE
