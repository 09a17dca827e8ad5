"""Reading the phrase files: YAML with every key accounted for and every character checked."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from simulator.errors import SimulationError

FORBIDDEN = frozenset('"\\')
TYPES = "PQRS"


class BankError(SimulationError):
    """A phrase file that cannot be used; names the file, the entry and what is wrong with it."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")


class _Loader(yaml.CSafeLoader):
    """Refuses a key that is written twice, which plain YAML would silently overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise BankError(
                    key_node.start_mark.name, f"key {key!r} appears twice (line {line})"
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_mapping(path: Path, keys: Iterable[str] | None = None) -> dict[str, Any]:
    """Read a YAML mapping that has exactly these keys (any, where the entries name themselves).

    Raises:
        BankError: Not YAML, not a mapping, or keys missing or unknown.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            content = yaml.load(stream, Loader=_Loader)  # noqa: S506 (a safe loader)
    except (OSError, yaml.YAMLError) as error:
        raise BankError(path.name, str(error)) from error
    if keys is None:
        return as_mapping(path.name, content)
    return check_keys(path.name, content, keys)


def check_keys(where: str, content: object, keys: Iterable[str]) -> dict[str, Any]:
    """Return `content` as a mapping after checking that its keys are exactly `keys`."""
    mapping = as_mapping(where, content)
    expected = set(keys)
    unknown = sorted(set(mapping) - expected)
    missing = sorted(expected - set(mapping))
    if unknown:
        raise BankError(where, f"unknown keys {unknown}; known: {sorted(expected)}")
    if missing:
        raise BankError(where, f"missing keys {missing}")
    return mapping


def as_mapping(where: str, content: object) -> dict[str, Any]:
    """Return `content` if it is a mapping with text keys."""
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise BankError(where, f"expected named entries, got {content!r}")
    return content


def phrases(where: str, content: object, at_least: int = 1) -> list[str]:
    """Return a list of distinct phrases, each checked for characters that raw JSON cannot hold."""
    if not isinstance(content, list) or len(content) < at_least:
        raise BankError(where, f"expected a list of at least {at_least} phrases, got {content!r}")
    for entry in content:
        check_phrase(where, entry)
    if len(set(content)) < len(content):
        raise BankError(where, "a phrase appears twice")
    return list(content)


def check_phrase(where: str, phrase: object) -> str:
    """Return `phrase` if it is clean text: no quotes, backslashes, controls or stray blanks."""
    if not isinstance(phrase, str) or not phrase:
        raise BankError(where, f"expected text, got {phrase!r}")
    for character in phrase:
        if character in FORBIDDEN or not character.isprintable():
            raise BankError(where, f"character {character!r} is not allowed in: {phrase!r}")
    if phrase != phrase.strip() or "  " in phrase:
        raise BankError(where, f"stray blanks in: {phrase!r}")
    return phrase


def phrases_by_type(where: str, content: object) -> list[list[str]]:
    """Return the phrases of P, Q, R and S from entries named by the types they suit (`PQ: ...`)."""
    groups: list[list[str]] = [[] for _ in TYPES]
    for key, entry in as_mapping(where, content).items():
        if not key or any(letter not in TYPES for letter in key):
            raise BankError(where, f"key {key!r} must be made of the letters {TYPES}")
        listed = phrases(f"{where}.{key}", entry)
        for letter in key:
            groups[TYPES.index(letter)].extend(listed)
    return groups


def every_type(where: str, content: object) -> tuple[tuple[str, ...], ...]:
    """Return the phrases of P, Q, R and S as `phrases_by_type` does; none may be without."""
    groups = phrases_by_type(where, content)
    for letter, group in zip(TYPES, groups, strict=True):
        if not group:
            raise BankError(where, f"no phrases for type {letter}")
    return tuple(tuple(group) for group in groups)


def percents(where: str, content: object, keys: Iterable[str]) -> list[int]:
    """Return whole percents, 0 to 100, in the order of `keys`."""
    ordered = list(keys)
    mapping: Mapping[str, object] = check_keys(where, content, ordered)
    values = []
    for key in ordered:
        value = mapping[key]
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100:
            raise BankError(where, f"{key} must be a whole percent, got {value!r}")
        values.append(value)
    return values
