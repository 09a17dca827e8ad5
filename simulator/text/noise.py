"""The ways people write the same phrase: clean, without accents, hurried, misspelt, shouted.

Variants are made once per phrase when the bank is loaded, so that rendering only takes and joins.
Which words of a phrase go wrong is decided by a checksum of the word, never by chance.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from zlib import crc32

VARIANTS = (
    "clean",
    "no_accents",
    "lower",
    "typo_sound",
    "typo_spelling",
    "upper",
    "chat",
    "transcript",
)

_WORD = re.compile(r"[^\W\d_]+")
_OPENING_MARKS = str.maketrans("", "", "¿¡")
_PLAIN = str.maketrans("áéíóúüÁÉÍÓÚÜ", "aeiouuAEIOUU", "¿¡")
_PUNCTUATION = re.compile(r"[.,;:¿?¡!()]")
_SPACES = re.compile(r" {2,}")
_ONE_WORD_IN = 3
_SHORTEST_MISSPELT = 4
# How a word is heard: b and v, the silent h, ll and y.
_SOUND = (
    (re.compile(r"\bh", re.I), ""),
    (re.compile(r"v"), "b"),
    (re.compile(r"ll"), "y"),
    (re.compile(r"b(?=[aeiou])"), "v"),
    (re.compile(r"(?<=[aeo])y(?=[aeo])"), "ll"),
)
# How a word is spelt: s, c and z, qu and k, g and j.
_SPELLING = (
    (re.compile(r"qu(?=[ei])"), "k"),
    (re.compile(r"c(?=[ei])"), "s"),
    (re.compile(r"z"), "s"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"s(?=[ei])"), "c"),
)
_Rules = tuple[tuple[re.Pattern[str], str], ...]


def without_accents(text: str) -> str:
    """Drop accents and opening marks; ñ stays, since people do type it."""
    return text.translate(_PLAIN)


def _misspell(text: str, rules: _Rules) -> str:
    def change(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < _SHORTEST_MISSPELT or crc32(word.lower().encode()) % _ONE_WORD_IN:
            return word
        for pattern, replacement in rules:
            changed = pattern.sub(replacement, word, count=1)
            if changed != word:
                return changed
        return word

    return _WORD.sub(change, without_accents(text))


def _chat(text: str, abbreviations: Mapping[str, str]) -> str:
    lowered = text.lower().translate(_OPENING_MARKS)
    if abbreviations:
        pattern = _longest_first(tuple(abbreviations))
        lowered = pattern.sub(lambda match: abbreviations[match.group()], lowered)
    return without_accents(lowered)


@lru_cache(maxsize=8)
def _longest_first(words: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(r"\b(?:" + "|".join(re.escape(word) for word in ordered) + r")\b")


def transcript(text: str) -> str:
    """Write it as a speech recogniser does: lower case, no punctuation."""
    return _SPACES.sub(" ", _PUNCTUATION.sub("", text.lower()))


def noise_variants(
    text: str, abbreviations: Mapping[str, str], *, misspells: bool = True
) -> tuple[str, ...]:
    """Return `text` in each of VARIANTS, in that order; blanks at the ends are kept.

    Without `misspells` only accents go: nobody misspells their own name.
    """
    makers: tuple[Callable[[str], str], ...] = (
        str,
        without_accents,
        lambda clean: clean.lower().translate(_OPENING_MARKS),
        lambda clean: _misspell(clean, _SOUND if misspells else ()),
        lambda clean: _misspell(clean, _SPELLING if misspells else ()),
        str.upper,
        lambda clean: _chat(clean, abbreviations),
        transcript,
    )
    return tuple(make(text) for make in makers)


@lru_cache(maxsize=1 << 15)
def name_variants(name: str) -> tuple[str, ...]:
    """Return the variants of a municipality or date; cached, since few distinct ones recur."""
    return noise_variants(name, {})
