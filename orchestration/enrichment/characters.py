"""Many texts as one array of characters, each read as a small number.

What a character counts as is found out the first time that it occurs, one character at a time, so
that no rule depends on the letters around it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]

# Between two texts: no pattern reaches from one into the next.
BETWEEN: Final = "\n\x00"
_CODE_POINTS: Final = 0x110000
_UNKNOWN: Final = 255

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
# What a-z and 0-9 count as in every alphabet; 0 is none of them.
PLAIN: Final = {letter: 1 + place for place, letter in enumerate(f"{LETTERS}0123456789")}
FIRST_DIGIT: Final = 1 + len(LETTERS)


@dataclass(frozen=True)
class Joined:
    """Texts one after another, with BETWEEN after each.

    Attributes:
        text: The joined text.
        starts: (n + 1,) where each text begins; last, the end of all.
    """

    text: str
    starts: I64

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Joined":
        """Join texts."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + len(BETWEEN)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        return cls("".join(text + BETWEEN for text in texts), starts)

    def points(self) -> npt.NDArray[np.uint32]:
        """Return the code points of the joined text."""
        return np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), np.uint32)


class Alphabet:
    """Characters as numbers below 255, by a rule for one character.

    Args:
        rule: The number of a character.
    """

    def __init__(self, rule: Callable[[str], int]) -> None:
        self._rule = rule
        self._numbers = np.full(_CODE_POINTS, _UNKNOWN, np.uint8)

    def read(self, points: npt.NDArray[np.uint32]) -> U8:
        """Return the numbers of code points."""
        numbers = self._numbers[points]
        unknown = numbers == _UNKNOWN
        if unknown.any():
            for point in np.unique(points[unknown]).tolist():
                self._numbers[point] = self._rule(chr(point))
            numbers = self._numbers[points]
        return numbers


def runs(flags: npt.NDArray[np.bool_]) -> tuple[I64, I64]:
    """Return where runs of true values begin and where they have ended; the last value is false."""
    edges = np.flatnonzero(flags[1:] != flags[:-1]) + 1
    if len(flags) and flags[0]:
        edges = np.concatenate([np.zeros(1, np.int64), edges])
    return edges[0::2], edges[1::2]


def owners(places: I64, starts: I64) -> I64:
    """Return for places in rising order the number of the text in which each lies."""
    counts = np.diff(np.searchsorted(places, starts))
    return np.repeat(np.arange(len(counts)), counts)
