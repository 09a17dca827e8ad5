"""Nothing is said in one language only."""

import re
from string import Formatter

from orchestration.dashboard.figures import CHANNELS
from orchestration.dashboard.filters import TYPES
from orchestration.dashboard.texts import TEXTS


def holes(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def test_both_languages_have_the_same_texts_with_the_same_values() -> None:
    assert TEXTS["es"].keys() == TEXTS["en"].keys()
    for name, words in TEXTS["es"].items():
        assert holes(words) == holes(TEXTS["en"][name]), name


def test_every_kind_and_channel_has_a_name() -> None:
    assert {*TYPES, *CHANNELS} <= TEXTS["es"].keys()


def test_spanish_is_not_english() -> None:
    same = {name for name, words in TEXTS["es"].items() if words == TEXTS["en"][name]}
    assert same == {"title", "points", "hours", "chat", "total"}
    assert not any(re.search(r"\b(the|of|open)\b", words) for words in TEXTS["es"].values())
