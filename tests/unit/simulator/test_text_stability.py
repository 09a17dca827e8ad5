"""A text is a function of its row alone, in any process; wrong arguments are named."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from text_rows import rows

from simulator.text.arguments import RenderError
from simulator.text.bank import TextBank, load_bank
from simulator.text.length import text_length
from simulator.text.render import citizen_opening


@pytest.fixture(scope="module")
def bank() -> TextBank:
    return load_bank()


def test_length_counts_characters_also_with_an_escaped_break(bank: TextBank) -> None:
    plain = citizen_opening(bank, **rows(bank, 300))
    escaped_bank = load_bank(line_break="\\n")
    escaped = citizen_opening(escaped_bank, **rows(escaped_bank, 300))
    expected = [len(text) for text in plain.to_pylist()]
    assert text_length(plain, bank).tolist() == expected
    assert text_length(escaped, escaped_bank).tolist() == expected
    assert [text.replace("\\n", "\n") for text in escaped.to_pylist()] == plain.to_pylist()


def test_a_row_does_not_depend_on_its_neighbours(bank: TextBank) -> None:
    given = rows(bank, 50)
    whole = citizen_opening(bank, **given).to_pylist()
    apart = [
        citizen_opening(bank, **{name: column[at : at + 1] for name, column in given.items()})
        for at in range(50)
    ]
    assert [text[0].as_py() for text in apart] == whole


def test_dictionaries_of_names_render_like_plain_names(bank: TextBank) -> None:
    given = rows(bank, 200)
    encoded = given | {"municipio": given["municipio"].dictionary_encode()}
    assert citizen_opening(bank, **encoded).equals(citizen_opening(bank, **given))


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_other_processes_write_the_same_texts(bank: TextBank, hash_seed: str) -> None:
    code = (
        "import hashlib, text_rows; from simulator.text.bank import load_bank;"
        "from simulator.text.render import citizen_opening; b = load_bank();"
        "t = citizen_opening(b, **text_rows.rows(b)).to_pylist();"
        "print(hashlib.sha256('|'.join(t).encode()).hexdigest())"
    )
    environment = os.environ | {
        "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(Path(__file__).parent),
        "LC_ALL": "C", "TZ": "Asia/Tokyo",
    }  # fmt: skip
    other = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    texts = citizen_opening(bank, **rows(bank)).to_pylist()
    mine = hashlib.sha256("|".join(texts).encode()).hexdigest()
    assert other.stdout.strip() == mine


@pytest.mark.parametrize(
    ("argument", "wrong"),
    [
        ("topic", lambda bank: np.full(10, len(bank.topics.names))),
        ("family", lambda bank: np.full(10, 99)),
        ("channel", lambda bank: np.full(10, -1)),
        ("case", lambda bank: np.zeros(9, dtype=np.uint64)),
        ("draws", lambda bank: np.zeros((10, 2), dtype=np.uint64)),
    ],
)
def test_a_wrong_argument_is_named(bank: TextBank, argument: str, wrong: Any) -> None:
    given = rows(bank, 10) | {argument: wrong(bank)}
    with pytest.raises(RenderError, match=argument):
        citizen_opening(bank, **given)
