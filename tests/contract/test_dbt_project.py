"""The dbt project as people read it: described, with tested grains and enforced contracts."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "dbt_project" / "models"
LAYERS = ("silver", "gold", "publish", "serving")
SQL = sorted(path for layer in LAYERS for path in (MODELS / layer).rglob("*.sql"))
GRAIN_TESTS = ("unique", "unique_grain")


def described(path: Path) -> dict[str, Any]:
    """The entry of a model in the yml beside it."""
    beside = path.with_suffix(".yml")
    assert beside.is_file(), f"{beside.relative_to(ROOT)} is missing"
    entries = yaml.safe_load(beside.read_text(encoding="utf-8"))["models"]
    found = [entry for entry in entries if entry["name"] == path.stem]
    assert len(found) == 1, f"{beside.name} must describe {path.stem} once"
    return dict(found[0])


def names_of_tests(item: dict[str, Any]) -> set[str]:
    return {
        name if isinstance(name, str) else next(iter(name)) for name in item.get("data_tests", [])
    }


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_every_model_and_column_is_described(path: Path) -> None:
    entry = described(path)
    assert entry.get("description"), "no description"
    without = [column["name"] for column in entry["columns"] if not column.get("description")]
    assert without == []


@pytest.mark.parametrize(
    "path",
    [path for path in SQL if path.parts[-2] in ("silver", "gold")],
    ids=lambda path: path.stem,
)
def test_silver_and_gold_say_their_grain_first_and_enforce_their_contract(path: Path) -> None:
    entry = described(path)
    assert path.read_text(encoding="utf-8").startswith("-- Grain: one row per ")
    assert entry["config"]["contract"] == {"enforced": True}
    assert all(column.get("data_type") for column in entry["columns"])


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in SQL
        if path.parts[-2] in ("silver", "gold") and path.stem != "silver_loaded_events"
    ],
    ids=lambda path: path.stem,
)
def test_silver_and_gold_test_their_grain(path: Path) -> None:
    entry = described(path)
    of_model = names_of_tests(entry)
    of_columns = {name for column in entry["columns"] for name in names_of_tests(column)}
    assert (of_model | of_columns) & set(GRAIN_TESTS)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "macros").rglob("*.sql")), ids=lambda path: path.stem
)
def test_every_macro_is_alone_in_its_file_and_says_what_it_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("{#-"), "no comment"
    assert len(re.findall(r"{%-?\s*(?:macro|materialization|test)\s", text)) == 1


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "dbt").glob("*.sql")), ids=lambda path: path.stem
)
def test_every_singular_test_names_what_it_guards(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("-- ")


def test_models_are_short() -> None:
    long = {
        path.name: lines
        for path in SQL
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 135
    }
    assert long == {}
