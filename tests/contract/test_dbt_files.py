"""Files of the dbt project: short, each found by its name, and each macro says what it is for."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "macros").rglob("*.sql")), ids=lambda path: path.stem
)
def test_a_file_of_macros_has_its_name_and_each_says_what_it_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    macros = re.findall(r"(-#}\n)?{%-?\s*(?:macro|materialization|test)\s+(\w+)", text)
    assert text.startswith("{#-")
    assert all(comment for comment, _ in macros), "no comment"
    assert macros[0][1] == path.stem


@pytest.mark.parametrize(
    "path",
    sorted(
        path for path in (ROOT / "tests" / "dbt").rglob("*.sql") if path.parent.name != "generic"
    ),
    ids=lambda path: path.stem,
)
def test_every_singular_test_names_what_it_guards(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("-- ")
