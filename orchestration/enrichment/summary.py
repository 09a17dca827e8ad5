"""The sentences of a long case that say most: what is asked for, what happened, when, how much.

Extractive: nothing is worded anew, and each sentence names the message and the characters where it
stands. All points are whole numbers and ties go to the earlier sentence, so that the same messages
always give the same summary.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from orchestration.enrichment import entities, keywords, sentence_ends, words
from orchestration.enrichment.entities import find_entities
from orchestration.enrichment.keywords import Matcher
from orchestration.enrichment.sentence_ends import spans_of
from orchestration.enrichment.words import Words, stem_of, words_of

# A hundred words, half a minute of reading. Of simulated cases from here on the summary is 39 % of
# what one would have to read, of those of half the size 47 %: there is little to save in them.
LONG_CASE_CHARACTERS: Final = 600
MOST_SENTENCES: Final = 3
# Of a message and of a case no more is read: the time is bounded.
LONGEST_MESSAGE: Final = 20_000
_LONGEST_CASE: Final = 100_000
_MOST_READ: Final = 1_000
_CUES_FILE: Final = Path(__file__).with_name("summary_cues.yaml")
_VERSION_DIGITS: Final = 12

# Points of what a summary should say once; what another chosen sentence said already counts less.
_NEW: Final = {"request": 30, "money": 20, "date": 16, "event": 6, "opening": 14}
_SAID_AGAIN: Final = 4
_CUE: Final = {"request": 4, "event": 3, "empty": -6}
# A greeting or a farewell in a sentence of more words than this is not all that it says.
_FEW_STEMS: Final = 6
_EMPTY_OF_LONG: Final = -2
# Of a stem that several sentences of the case have.
_MOST_REPEATED: Final = 3
_FEW_WORDS: Final = 4
_TOO_SHORT: Final = -20
_LEAST_LETTERS: Final = 4


class Message(NamedTuple):
    """A message of a case with personal data masked."""

    message_id: str
    text: str


class Sentence(NamedTuple):
    """A sentence of a summary, as it stands in a message.

    Attributes:
        message_id: The message.
        start: First character in the masked text, from 0.
        end: Character after the last.
        text: The sentence; a line break in it is a blank.
    """

    message_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Read:
    """A sentence with what it says."""

    sentence: Sentence
    says: frozenset[str]
    points: int
    stems: frozenset[int]


class _Cues:
    """The words of `summary_cues.yaml`, ready to be looked for."""

    def __init__(self, content: bytes) -> None:
        read: dict[str, Any] = yaml.safe_load(content)
        self._cues = [(kind, weight) for kind in _CUE for weight in read[kind].values()]
        self._matcher = Matcher([word for kind in _CUE for word in read[kind]])
        self.common = frozenset(map(stem_of, read["common"]))
        decides = hashlib.sha256(content)
        for module in (words, keywords, entities, sentence_ends):
            decides.update(Path(str(module.__file__)).read_bytes())
        decides.update(Path(__file__).read_bytes())
        self.version = f"{read['version']}+{decides.hexdigest()[:_VERSION_DIGITS]}"

    def weights(self, found: Words) -> list[dict[str, int]]:
        """Return for each text the weights of what its words say."""
        weights = []
        for numbers in self._matcher.hits(found):
            sums = dict.fromkeys(_CUE, 0)
            for number in numbers:
                kind, weight = self._cues[number]
                sums[kind] += weight
            weights.append(sums)
        return weights


@cache
def _cues() -> _Cues:
    return _Cues(_CUES_FILE.read_bytes())


def summary_version() -> str:
    """Version of what decides a summary: its list of words and its code."""
    return _cues().version


def is_long(messages: Sequence[Message]) -> bool:
    """Whether a summary saves more reading than it costs."""
    return sum(len(message.text) for message in messages) >= LONG_CASE_CHARACTERS


def summary_of(messages: Sequence[Message], most: int = MOST_SENTENCES) -> list[Sentence]:
    """Choose the sentences that say most, in the order of the case; none where nothing is said.

    Args:
        messages: In the order in which they were sent, personal data masked. Of a longer message
            the first 20,000 characters are read, of a case the first 100,000.
        most: So many sentences at most.
    """
    left = _read(messages)
    chosen: list[_Read] = []
    said: set[str] = set()
    stems: set[int] = set()
    while left and len(chosen) < most:
        # Of equals the first one counts, which is the earlier one.
        best = max(left, key=lambda one: _gain(one, said, stems))
        if chosen and _gain(best, said, stems) <= 0:
            break
        chosen.append(best)
        left.remove(best)
        said |= best.says
        stems |= best.stems
    order = {message.message_id: place for place, message in enumerate(messages)}
    sentences = [one.sentence for one in chosen]
    return sorted(sentences, key=lambda one: (order[one.message_id], one.start))


def _gain(read: _Read, said: set[str], stems: set[int]) -> int:
    """What a sentence adds to those that were chosen before it."""
    new = sum(_SAID_AGAIN if kind in said else _NEW[kind] for kind in read.says)
    points = read.points + new
    if not stems or points <= 0:
        return points
    # A sentence that repeats the words of the chosen ones is worth as much less.
    return points - points * len(read.stems & stems) // max(1, len(read.stems))


def _read(messages: Sequence[Message]) -> list[_Read]:
    """Read the sentences of a case: what each says, its points and its stems."""
    sentences: list[Sentence] = []
    named: list[set[str]] = []
    characters = 0
    for message_id, written in messages:
        text = written[: min(LONGEST_MESSAGE, _LONGEST_CASE - characters)]
        characters += len(text)
        spans = spans_of(text, _MOST_READ - len(sentences))
        found = [(one.start, one.kind) for one in find_entities(text) if one.kind in _NEW]
        for start, end in spans:
            line = " ".join(text[start:end].split())
            sentences.append(Sentence(message_id, start, end, line))
            named.append({kind for at, kind in found if start <= at < end})
    if not sentences:
        return []
    words_found = words_of([one.text for one in sentences])
    stems = _stems(words_found)
    seen = Counter(stem for of_one in stems for stem in of_one)
    weights = _cues().weights(words_found)
    # Most writers say first, after the greeting, what it is about.
    opening = _opening(weights, stems)
    named[opening].add("opening")
    return [
        _Read(sentence, *_judged(sentence, kinds, weight, of_one, seen), of_one)
        for sentence, kinds, weight, of_one in zip(sentences, named, weights, stems, strict=True)
    ]


def _opening(weights: list[dict[str, int]], stems: list[frozenset[int]]) -> int:
    """Return the place of the first sentence that is not just a greeting; else of the first."""
    for place, (sums, of_one) in enumerate(zip(weights, stems, strict=True)):
        if len(of_one) > _FEW_STEMS or (len(of_one) >= _FEW_WORDS and not sums["empty"]):
            return place
    return 0


def _judged(
    sentence: Sentence,
    named: set[str],
    weights: dict[str, int],
    stems: frozenset[int],
    seen: Counter[int],
) -> tuple[frozenset[str], int]:
    """Return what a sentence says, and its points apart from that."""
    is_asked = weights["request"] > 0 or "?" in sentence.text
    says = named | ({"request"} if is_asked else set()) | ({"event"} if weights["event"] else set())
    repeated = sum(min(seen[stem] - 1, _MOST_REPEATED) for stem in stems)
    factors = {**_CUE, "empty": _CUE["empty"] if len(stems) <= _FEW_STEMS else _EMPTY_OF_LONG}
    points = sum(factors[kind] * weight for kind, weight in weights.items())
    points += 10 * repeated // max(_FEW_WORDS, len(stems))
    return frozenset(says), points + (_TOO_SHORT if len(stems) < _FEW_WORDS else 0)


def _stems(found: Words) -> list[frozenset[int]]:
    """Return for each text the stems that say what it is about."""
    is_long = (found.end - found.start >= _LEAST_LETTERS) & ~found.has_digit
    stems: list[set[int]] = [set() for _ in range(found.texts)]
    for text, stem in zip(found.text[is_long].tolist(), found.stem[is_long].tolist(), strict=True):
        stems[text].add(stem)
    return [frozenset(one - _cues().common) for one in stems]
