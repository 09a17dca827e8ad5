"""Files of the dbt project: short, one macro in each, and each says what it is for."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "macros").rglob("*.sql")), ids=lambda path: path.stem
)
def test_every_macro_is_alone_in_its_file_and_says_what_it_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("{#-"), "no comment"
    assert len(re.findall(r"{%-?\s*(?:macro|materialization|test)\s", text)) == 1


@pytest.mark.parametrize(
    "path",
    sorted(
        path for path in (ROOT / "tests" / "dbt").rglob("*.sql") if path.parent.name != "generic"
    ),
    ids=lambda path: path.stem,
)
def test_every_singular_test_names_what_it_guards(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("-- ")
