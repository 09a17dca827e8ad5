"""What a text is about: topic and subtopic by keywords, none where that is not clear."""

import hashlib
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa
import yaml

from orchestration.enrichment.keywords import Matcher, rounded
from orchestration.enrichment.words import Words

TOPICS_FILE: Final = Path(__file__).with_name("topics.yaml")
# What is said of a text beside its type; null on the rows of other models.
TOPICS: Final = pa.schema(
    [
        ("topic", pa.string()),
        ("subtopic", pa.string()),
        ("topic_score", pa.float64()),
        ("topic_margin", pa.float64()),
        ("topic_explain_json", pa.string()),
        ("topic_version", pa.string()),
    ]
)
_VERSION_DIGITS: Final = 12
_CODE: Final = ("characters.py", "words.py", "keywords.py", "topics.py")


class Guess(NamedTuple):
    """What a text is about: no topic where none leads clearly, no score without a keyword."""

    topic: str | None
    subtopic: str | None
    score: float | None
    margin: float | None
    explain_json: str


class _Keyword(NamedTuple):
    keyword: str
    topic: str
    subtopic: str
    weight: int


class TopicRules:
    """The keywords of topics, ready to be looked for.

    Args:
        content: Bytes of the YAML file.
    """

    def __init__(self, content: bytes) -> None:
        read = yaml.safe_load(content)
        self.topics: dict[str, list[str]] = {
            topic: list(subtopics) for topic, subtopics in read["topics"].items()
        }
        self._keywords = [
            _Keyword(str(keyword), topic, subtopic, weight)
            for topic, subtopics in read["topics"].items()
            for subtopic, keywords in subtopics.items()
            for keyword, weight in keywords.items()
        ]
        self._matcher = Matcher([one.keyword for one in self._keywords])
        self._least_margin = float(read["least_margin"])
        self._known: dict[tuple[int, ...], Guess] = {}
        here = Path(__file__).parent
        decides = hashlib.sha256(content)
        for name in _CODE:
            decides.update((here / name).read_bytes())
        self.version = f"{read['version']}+{decides.hexdigest()[:_VERSION_DIGITS]}"

    def judge(self, words: Words) -> list[Guess]:
        """Say what texts are about, by their keywords."""
        return [self._guessed(numbers) for numbers in self._matcher.hits(words)]

    def _guessed(self, numbers: tuple[int, ...]) -> Guess:
        if numbers not in self._known:
            self._known[numbers] = self._judged([self._keywords[number] for number in numbers])
        return self._known[numbers]

    def _judged(self, hits: list[_Keyword]) -> Guess:
        weights: dict[str, int] = defaultdict(int)
        for hit in hits:
            weights[hit.topic] += hit.weight
        listed = sorted(hits, key=lambda hit: (-hit.weight, hit.topic, hit.keyword))
        explained = json.dumps(
            {"hits": [hit._asdict() for hit in listed]}, ensure_ascii=False, separators=(",", ":")
        )
        # Of two with the same sum none leads: the margin is 0.
        ranked = sorted(weights, key=lambda topic: (-weights[topic], topic))
        if not ranked:
            return Guess(None, None, None, None, explained)
        total, best = sum(weights.values()), weights[ranked[0]]
        second = weights[ranked[1]] if len(ranked) > 1 else 0
        margin = rounded((best - second) / total)
        score = rounded(best / total)
        if margin < self._least_margin:
            return Guess(None, None, score, margin, explained)
        subtopic = next(hit.subtopic for hit in listed if hit.topic == ranked[0])
        return Guess(ranked[0], subtopic, score, margin, explained)


@cache
def topic_rules() -> TopicRules:
    """The topics of the package."""
    return TopicRules(TOPICS_FILE.read_bytes())


def topic_columns(words: Words, repeats: int, place: int) -> list[pa.Array]:
    """Return the columns of TOPICS, so many rows per text; what is said stands in one of them."""
    rules = topic_rules()
    columns = zip(*[(*guess, rules.version) for guess in rules.judge(words)], strict=True)
    return [
        _spread(list(column), field.type, repeats, place)
        for column, field in zip(columns, TOPICS, strict=True)
    ]


def _spread(said: list[Any], kind: pa.DataType, repeats: int, place: int) -> pa.Array:
    spread: list[Any] = [None] * (repeats * len(said))
    spread[place::repeats] = said
    return pa.array(spread, kind)
