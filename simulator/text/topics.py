"""Topics of the public entity: what a case is about, with the words that belong to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.text.choice import I64, PERCENT, lookup_table
from simulator.text.source import (
    TYPES,
    BankError,
    as_mapping,
    check_keys,
    check_phrase,
    every_type,
    percents,
    phrases,
    phrases_by_type,
    read_mapping,
)

_KEYS = ("weights", "items", "supports", "context", "alta", "answers")
LEAST_TOPICS = 8
# The slots that a noun may stand in: as it is, after `de`, after `a`.
TOPIC_FORMS = ("tema", "de_tema", "a_tema")
SUPPORT_FORMS = ("soporte", "de_soporte", "a_soporte")
_CONTRACTED = {"de": "del", "a": "al"}


@dataclass(frozen=True)
class Topics:
    """The topics in file order.

    Attributes:
        names: Topic names; a topic's index is its place here.
        lookup: (4, 100) percent lookup from type to topic.
        items: For each topic, what a case may be about (`la entrega de medicamentos`).
        supports: For each topic, what the entity may ask for (`la copia de la orden médica`).
        context: For each item of all topics in order, by type, sentences on the situation.
        alta: For each topic, sentences of a case that cannot wait.
        answers: For each topic and type, sentences of a final answer.
    """

    names: tuple[str, ...]
    lookup: I64
    items: tuple[tuple[str, ...], ...]
    supports: tuple[tuple[str, ...], ...]
    context: tuple[tuple[tuple[str, ...], ...], ...]
    alta: tuple[tuple[str, ...], ...]
    answers: tuple[tuple[tuple[str, ...], ...], ...]


def load_topics(path: Path) -> Topics:
    """Read topics.yaml.

    Raises:
        BankError: A key, phrase or weight that does not fit.
    """
    content = read_mapping(path)
    names = tuple(content)
    if len(content) < LEAST_TOPICS:
        raise BankError(path.name, f"needs at least {LEAST_TOPICS} topics, has {len(content)}")
    entries = {name: check_keys(f"{path.name}.{name}", content[name], _KEYS) for name in names}
    weights = np.array(
        [percents(f"{path.name}.{name}.weights", entries[name]["weights"], TYPES) for name in names]
    )
    for letter, total in zip(TYPES, weights.sum(axis=0), strict=True):
        if total != PERCENT:
            raise BankError(path.name, f"weights of type {letter} sum to {total}, not {PERCENT}")

    def listed(key: str) -> tuple[tuple[str, ...], ...]:
        return tuple(
            tuple(phrases(f"{path.name}.{name}.{key}", entries[name][key])) for name in names
        )

    items = tuple(
        tuple(as_mapping(f"{path.name}.{name}.items", entries[name]["items"])) for name in names
    )
    supports = listed("supports")
    for noun in (noun for nouns in items + supports for noun in nouns):
        check_phrase(path.name, noun)
        if not noun.startswith(("el ", "la ")):
            raise BankError(path.name, f"must start with el or la, in the singular: {noun}")
    return Topics(
        names=names,
        lookup=lookup_table([[int(w) for w in column] for column in weights.T]),
        items=items,
        supports=supports,
        context=tuple(
            situation
            for name in names
            for situation in _situations(f"{path.name}.{name}", entries[name])
        ),
        alta=listed("alta"),
        answers=tuple(
            every_type(f"{path.name}.{name}.answers", entries[name]["answers"]) for name in names
        ),
    )


def _situations(where: str, entry: Mapping[str, object]) -> list[tuple[tuple[str, ...], ...]]:
    """Join, for each item of a topic and each type, the item's own sentences and the topic's."""
    general = phrases_by_type(f"{where}.context", entry["context"])
    found = []
    for item, content in as_mapping(f"{where}.items", entry["items"]).items():
        own = phrases_by_type(f"{where}.items.{item}", content)
        joined = tuple(tuple(a + b) for a, b in zip(own, general, strict=True))
        for letter, sentences in zip(TYPES, joined, strict=True):
            if not sentences:
                raise BankError(f"{where}.items.{item}", f"no situation for type {letter}")
        found.append(joined)
    return found


def with_prepositions(nouns: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return nouns with their article as they are, after `de` and after `a`, contracted."""
    return (
        tuple(nouns),
        tuple(_after("de", n) for n in nouns),
        tuple(_after("a", n) for n in nouns),
    )


def _after(preposition: str, noun: str) -> str:
    if noun.startswith("el "):
        return f"{_CONTRACTED[preposition]} {noun.removeprefix('el ')}"
    return f"{preposition} {noun}"
