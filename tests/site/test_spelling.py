"""The documents are spelled as the dictionaries of both languages say."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "infra" / "site"))

import spelling


def test_no_word_of_the_documents_is_misspelled() -> None:
    if not spelling.installed():
        pytest.skip("npm cannot fetch cspell here")
    assert spelling.misspelled() == ""


def test_every_word_of_the_list_is_there_once() -> None:
    words = (spelling.HERE / "words.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert words == sorted(set(words))
